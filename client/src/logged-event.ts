/** An event of the log. */
export interface LoggedEvent<Type extends string, Payload> {
  readonly type: Type;
  readonly id: string;
  readonly channel: string;
  readonly offset: number;
  readonly ts: number;
  /** The user who caused it; null when no user did. */
  readonly actor: string | null;
  /** The `traceparent` of the event (W3C Trace Context), if the server records its trace. */
  readonly trace?: string;
  readonly payload: Payload;
}

/** An event whose trace the server records. */
export type TracedEvent = LoggedEvent<string, unknown> & { readonly trace: string };

/** The types that an application publishes: those of its map, or any. */
export type CustomType<MyEvents extends object> = [MyEvents] extends [never] ? string : keyof MyEvents & string;

/** The payload of one of these types. */
export type CustomPayload<MyEvents extends object, Type> = [MyEvents] extends [never]
  ? unknown
  : Type extends keyof MyEvents
    ? MyEvents[Type]
    : never;

/** The events of these types. */
export type CustomEvent<MyEvents extends object> = {
  [Type in CustomType<MyEvents>]: LoggedEvent<Type, CustomPayload<MyEvents, Type>>;
}[CustomType<MyEvents>];

/** The same, but never without a map: then the types of the service's own events would be lost among them. */
export type TypedEvent<MyEvents extends object> = [MyEvents] extends [never] ? never : CustomEvent<MyEvents>;
