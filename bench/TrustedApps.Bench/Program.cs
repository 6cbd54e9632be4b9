using BenchmarkDotNet.Running;
using TrustedApps.Bench.Ratios;

// A command a line: what measures over HTTP and over several nodes (goals 12 and 13) joins here.
switch (args)
{
    case ["ratios"]:
        RatioRun.Run(json: false);
        return 0;
    case ["ratios", "--json"]:
        RatioRun.Run(json: true);
        return 0;
    case ["bdn", .. string[] rest]:
        BenchmarkSwitcher.FromAssembly(typeof(RatioRun).Assembly).Run(rest is [['-', ..], ..] or [] ? rest : ["--filter", .. rest]);
        return 0;
    default:
        await Console.Error.WriteLineAsync("""
            dotnet run -c Release --project bench/TrustedApps.Bench -- COMMAND

              ratios [--json]   goals 1 to 11 and 14 of performance.md, in under three minutes
              bdn [FILTER] ...  BenchmarkDotNet: every operation and its peers ('*'), or some ('*Replay*'); its options follow
            """);
        return 2;
}
