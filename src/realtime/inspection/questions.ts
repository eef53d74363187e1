/** Questions that the api asks all processes. Only gateways answer them. */
export const LIST = 'connections';
export const SHOW_ONE = 'connection';
export const TRACE = 'trace-connection';
export const CLOSE_ONE = 'close-connection';
