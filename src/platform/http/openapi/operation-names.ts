const UNITED = /^[a-z]+$/;

/**
 * `list` of DeliveriesController is `listDeliveries`, `get` is `getDelivery`, `replayMany` is `replayDeliveries`. A
 * method that names its object already, `readMetrics`, keeps its name.
 */
export function operationId(controller: string, method: string): string {
  const nouns = controller.replace(/Controller$/, '');
  if (UNITED.test(method)) return `${method}${method === 'list' ? nouns : singular(nouns)}`;
  return method.endsWith('Many') ? `${method.slice(0, -'Many'.length)}${nouns}` : method;
}

/** `listDeliveries` reads `List deliveries`. */
export function summary(id: string): string {
  const words = id.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function singular(nouns: string): string {
  if (nouns.endsWith('ies')) return `${nouns.slice(0, -3)}y`;
  return /(?:ss|us)$/.test(nouns) ? nouns : nouns.replace(/s$/, '');
}
