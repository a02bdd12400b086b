import { type ApiRequest, jsonReply, type Reply } from '../exchange.ts';
import { idFor } from '../media.ts';

const PATH = /\/(fileSearchStores\/[^/:]+):(uploadToFileSearchStore|importFile)$/;

/** Indexing of a file: an operation, and no word of the tokens that it takes. */
export function fileSearch({ method, path, sequence }: ApiRequest): Reply | undefined {
  const store = method === 'POST' ? PATH.exec(path)?.[1] : undefined;
  return store ? jsonReply({ name: `${store}/operations/${idFor(`import ${sequence}`)}`, done: true }) : undefined;
}
