import { app } from '#lib/server/platform/app.ts';
import { type CommandContext, UsageError } from './command.ts';
import { commands } from './commands.ts';

let isStarted = false;

const context: CommandContext = {
  app: () => {
    isStarted = true;
    return app();
  },
  print: (line) => process.stdout.write(`${line}\n`),
  printError: (line) => process.stderr.write(`${line}\n`),
};

function printHelp(): void {
  const width = Math.max(...commands.map(({ name }) => name.length));
  context.print('merito: badges for schools\n\nUsage: merito COMMAND [OPTIONS]\n');
  for (const { name, summary } of commands) context.print(`  ${name.padEnd(width)}  ${summary}`);
  context.print('\nmerito COMMAND --help tells the rest.');
}

async function main(args: readonly string[]): Promise<number> {
  if (args.length === 0 || args[0] === '--help' || args[0] === 'help') {
    printHelp();
    return 0;
  }
  const found = commands.find(({ name }) => `${args.join(' ')} `.startsWith(`${name} `));
  if (!found)
    throw new UsageError(`merito: no command ${JSON.stringify(args.join(' '))}. Try: merito --help`);
  const command = await found.load();
  const rest = args.slice(found.name.split(' ').length);
  if (rest.includes('--help')) {
    context.print(command.help);
    return 0;
  }
  return command.run(rest, context);
}

async function end(code: number): Promise<never> {
  if (isStarted) await (await app()).stop();
  process.exit(code);
}

/** Misuse, ours or node:util's, is answered with its sentence alone; anything else with where it came from. */
function isMisuse(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return error instanceof UsageError || (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS'));
}

main(process.argv.slice(2)).then(end, async (error: unknown) => {
  const isUsage = isMisuse(error);
  const message = error instanceof Error ? (!isUsage && error.stack) || error.message : String(error);
  context.printError(isUsage ? `${message}\nTry: merito --help` : message);
  await end(isUsage ? 2 : 1).catch(() => process.exit(1));
});
