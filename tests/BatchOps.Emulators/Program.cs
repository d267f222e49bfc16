using BatchOps.Emulators.Chat;
using BatchOps.Emulators.Google;
using BatchOps.Emulators.Hosting;

return await ConsoleHost.RunAsync(args, [new ChatCommand(), new GoogleCommand()]);
