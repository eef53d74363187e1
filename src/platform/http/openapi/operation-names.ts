const UNITED = /^[a-z]+$/;

/**
 * `list` of DeliveriesController becomes `listDeliveries`, `get` becomes `getDelivery`, and `replayMany` becomes
 * `replayDeliveries`. A method name that contains its object, such as `readMetrics`, stays as it is.
 */
export function operationId(controller: string, method: string): string {
  const nouns = controller.replace(/Controller$/, '');
  if (UNITED.test(method)) return `${method}${method === 'list' ? nouns : singular(nouns)}`;
  return method.endsWith('Many') ? `${method.slice(0, -'Many'.length)}${nouns}` : method;
}

/** `listDeliveries` becomes `List deliveries`. */
export function summary(id: string): string {
  const words = id.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function singular(nouns: string): string {
  if (nouns.endsWith('ies')) return `${nouns.slice(0, -3)}y`;
  return /(?:ss|us)$/.test(nouns) ? nouns : nouns.replace(/s$/, '');
}
