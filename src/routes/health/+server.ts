export { GET } from '../api/v1/health/+server.ts';
