using BenchmarkDotNet.Running;
using Benchmarks;

if (args is ["adaptive"])
{
    AdaptiveTable.Write(Console.Out);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
