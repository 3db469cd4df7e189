/**
 * What host and core must agree on. The core's table is src/wire.rs; a test compares the two.
 *
 * @typedef {{ method: string, url: string, headers: Record<string, string>, body: Buffer |
 *   undefined, deadline: number, replyLimit: number }} Call `deadline` by `process.uptime() * 1000`
 * @typedef {{ status: number, headers: [string, string][] }} Head
 * @typedef {1 | 2 | 3 | 4 | 5} Failure
 * @typedef {Head & { kind: 0, body: Buffer } | Head & { kind: 6, cause: Failure } | { kind: Failure
 *   }} Reply
 */

export const FRAME_REFUSED = 0;
export const FRAME_CALL = 1;
export const FRAME_PASS = 2;
export const FRAME_ANSWER = 3;
export const FRAME_OK = 4;

export const EDIT_REMOVE = 0;
export const EDIT_SET = 1;
export const EDIT_APPEND = 2;

export const REPLY_ANSWERED = 0;
export const REPLY_TIMED_OUT = 1;
export const REPLY_UNREACHABLE = 2;
export const REPLY_BROKEN = 3;
export const REPLY_TOO_LARGE = 4;
export const REPLY_OUT_OF_TIME = 5;
export const REPLY_CUT = 6;

export const ENTROPY_BYTES = 72;
export const FROZEN_MS = 1000;
export const THAW_MS = 250;
export const PREFIX = 'x-netacea-';
export const STATE = 'x-netacea-edge-state';
