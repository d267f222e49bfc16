using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BatchOps.Emulators.Hosting;

/// <summary>Runs an emulator as a program of its own, for as long as whoever started it wants it.</summary>
internal static class ConsoleHost
{
    private const int BadArguments = 2;
    private const int CannotStart = 1;

    /// <summary>The first argument names the emulator; the first of the commands is meant when it is left out.</summary>
    /// <returns>The exit code: 0, 1 when it cannot start, 2 when an argument cannot be used.</returns>
    public static async Task<int> RunAsync(string[] arguments, IReadOnlyList<EmulatorCommand> commands)
    {
        try
        {
            var named = arguments.Length > 0 && !arguments[0].StartsWith('-');
            var command = !named ? commands[0] : commands.FirstOrDefault(command => command.Name == arguments[0])
                ?? throw new CommandLineException($"There is no emulator '{arguments[0]}': there is {string.Join(", ", commands.Select(static c => c.Name))}.");

            var parentId = 0;
            command.Options.Whole("parent-pid", "end when this process ends, instead of at the end of standard input", 0, 0, int.MaxValue, id => parentId = (int)id);
            var options = arguments.Skip(named ? 1 : 0).ToArray();
            if (options.Contains("--help"))
            {
                Console.Write(Help(command, commands));
                return 0;
            }

            command.Options.Parse(options);
            using var parent = parentId == 0 ? null : FindParent(parentId);
            await ServeAsync(command, parent);
            return 0;
        }
        catch (Exception error) when (error is CommandLineException or ArgumentException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return BadArguments;
        }
        catch (IOException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return CannotStart;
        }
    }

    private static async Task ServeAsync(EmulatorCommand command, Process? parent)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);

        await using var emulator = await command.StartAsync(CancellationToken.None);
        Console.WriteLine($"listening {emulator.BaseAddress.GetLeftPart(UriPartial.Authority)}");
        // The console's reader would block the thread: the end of the input is awaited on one of the pool's.
        var owner = parent?.WaitForExitAsync() ?? Task.Run(static () => Console.OpenStandardInput().CopyTo(Stream.Null));
        await Task.WhenAny(end.Task, owner);

        void End(PosixSignalContext context)
        {
            // Ctrl+C goes to all processes of a terminal: who lives for another one serves it until it has ended.
            context.Cancel = true;
            if (parent is null || context.Signal == PosixSignal.SIGTERM)
            {
                end.TrySetResult();
            }
        }
    }

    private static Process FindParent(int id)
    {
        try
        {
            return Process.GetProcessById(id);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or Win32Exception)
        {
            throw new CommandLineException($"--parent-pid: there is no process {id}.");
        }
    }

    private static string Help(EmulatorCommand command, IReadOnlyList<EmulatorCommand> commands) =>
        $"""
        usage: dotnet run --project tests/BatchOps.Emulators -c Release -- [{string.Join('|', commands.Select(static c => c.Name))}] [options]

        {command.Summary}
        Prints 'listening http://127.0.0.1:PORT' when it is ready. Ends on Ctrl+C and when standard input ends, or with --parent-pid.

        Options, each with its default in brackets:
        {command.Options.Help()}
        """;
}
