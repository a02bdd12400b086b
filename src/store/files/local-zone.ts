import { readlinkSync } from 'node:fs';

const UTC_LINK = /\/zoneinfo\/(?:Etc\/)?(?:UTC|UCT|Universal|Zulu)$/;

/** The IANA zone of this machine. Asking the engine takes 15 ms, which a machine in UTC is spared. */
export function localZone(): string {
  return process.env.TZ === undefined && isLinkedToUtc() ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function isLinkedToUtc(): boolean {
  try {
    return UTC_LINK.test(readlinkSync('/etc/localtime'));
  } catch {
    // No such link on this system.
    return false;
  }
}
