import { documents } from '../../../core/documents.ts';
import type { Exchange, RequestHead, UsageFacts } from '../../provider.ts';
import { type Family, factsOf, refused } from '../family.ts';

/** File Search: indexing a file is billed as embedding tokens, which no answer counts. Storage and queries are free. */
export const fileSearch: Family = {
  serves: (request) => indexes(request),
  readUsage,
};

const PATH = /\/fileSearchStores\/[^/:]+:(uploadToFileSearchStore|importFile)$/;

/** Of a resumable upload only the request with the last bytes counts. */
function indexes(request: RequestHead): boolean {
  if (request.method !== 'POST' || !PATH.test(request.url.pathname)) return false;
  return (request.header('x-goog-upload-command') ?? 'finalize').includes('finalize');
}

function readUsage({ request, response }: Exchange): UsageFacts | undefined {
  const facts = factsOf(request, 'index_files');
  if (!response) return facts;
  facts.httpStatus = response.status;
  const [body] = response.body ? documents(response.body) : [];
  const refusal = refused(facts, response.status, body);
  if (refusal) return refusal;
  const estimated = 'File Search indexing is billed as embedding tokens, which the API does not count';
  return { ...facts, status: response.complete ? 'ok' : 'incomplete', estimated };
}
