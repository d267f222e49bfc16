using BenchmarkDotNet.Running;
using Benchmarks;

if (args is ["adaptive"])
{
    AdaptiveTable.Write(Console.Out);
    return;
}

if (args is ["workers", .. var rest])
{
    await WorkersTable.WriteAsync(Console.Out, rest.ElementAtOrDefault(0), rest.ElementAtOrDefault(1) is { } many ? int.Parse(many, System.Globalization.CultureInfo.InvariantCulture) : 1_000_000);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
