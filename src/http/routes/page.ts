import type { App, RouteContext } from '../route-context.ts';
export function pageRoutes(_app: App, _context: RouteContext): void {}
