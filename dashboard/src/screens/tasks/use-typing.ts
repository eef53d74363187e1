import { useCallback, useEffect, useRef, useState } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { live } from '../../live/live.js';

const SEND_EVERY_MS = 2_000;
/** Longer than the pause between two frames of a user who goes on typing. */
const SHOWN_MS = 4_000;

/** The users who are typing in each task at the moment, by the id of the task. */
export type Typing = Readonly<Record<string, readonly string[]>>;

/** The other users who are typing in tasks of the workspace. */
export function useTyping(): Typing {
  const { id: ws } = useWorkspace();
  const [typing, setTyping] = useState<Typing>({});
  useEffect(() => {
    const timers = new Map<string, ReturnType<typeof setTimeout>>();
    const change = (taskId: string, userId: string, isTyping: boolean): void =>
      setTyping((before) => {
        const others = (before[taskId] ?? []).filter((id) => id !== userId);
        return { ...before, [taskId]: isTyping ? [...others, userId] : others };
      });
    const end = live.on('task:typing', ({ workspaceId, taskId, userId }) => {
      if (workspaceId !== ws) return;
      const key = `${taskId} ${userId}`;
      clearTimeout(timers.get(key));
      timers.set(
        key,
        setTimeout(() => change(taskId, userId, false), SHOWN_MS),
      );
      change(taskId, userId, true);
    });
    return () => {
      end();
      for (const timer of timers.values()) clearTimeout(timer);
    };
  }, [ws]);
  return typing;
}

/** A function to call at each key press: it tells the others, at most every two seconds. */
export function useTellTyping(taskId: string | undefined): () => void {
  const { id: workspaceId } = useWorkspace();
  const last = useRef(-Infinity);
  return useCallback(() => {
    const now = performance.now();
    if (taskId === undefined || live.status.state !== 'open' || now - last.current < SEND_EVERY_MS) return;
    last.current = now;
    // A relay that fails is of no use later.
    live.send('task:typing', { workspaceId, taskId }).catch(() => undefined);
  }, [taskId, workspaceId]);
}
