/** A bus message on the wire: `<node> <topic> <message>`. Node and topic contain no spaces. */
export interface Envelope {
  readonly node: string;
  readonly topic: string;
  readonly message: string;
}

export function pack({ node, topic, message }: Envelope): string {
  return `${node} ${topic} ${message}`;
}

export function unpack(wire: string): Envelope | undefined {
  const afterNode = wire.indexOf(' ');
  const afterTopic = wire.indexOf(' ', afterNode + 1);
  if (afterNode < 1 || afterTopic < 0) return undefined;
  return {
    node: wire.slice(0, afterNode),
    topic: wire.slice(afterNode + 1, afterTopic),
    message: wire.slice(afterTopic + 1),
  };
}
