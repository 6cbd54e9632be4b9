using BenchmarkDotNet.Running;
using TrustedApps.Bench.Http;
using TrustedApps.Bench.Http.Serving;
using TrustedApps.Bench.Nodes;
using TrustedApps.Bench.Ratios;
using TrustedApps.Bench.Setup;

// A command a line.
switch (args)
{
    case ["ratios"]:
        RatioRun.Run(json: false);
        return 0;
    case ["ratios", "--json"]:
        RatioRun.Run(json: true);
        return 0;
    case ["http"]:
        return await EndAsync(ending => HttpRun.RunAsync(json: false, ending));
    case ["http", "--json"]:
        return await EndAsync(ending => HttpRun.RunAsync(json: true, ending));
    case ["http-server", var target, var directory]: // started by the former
        await ServedApplication.RunAsync(TargetNames.Parse(target), SharedKeys.In(directory));
        return 0;
    case ["nodes"]:
        return await EndAsync(ending => NodesRun.RunAsync(json: false, ending));
    case ["nodes", "--json"]:
        return await EndAsync(ending => NodesRun.RunAsync(json: true, ending));
    case ["bdn", .. string[] rest]:
        BenchmarkSwitcher.FromAssembly(typeof(RatioRun).Assembly).Run(rest is [['-', ..], ..] or [] ? rest : ["--filter", .. rest]);
        return 0;
    default:
        await Console.Error.WriteLineAsync("""
            dotnet run -c Release --project bench/TrustedApps.Bench -- COMMAND

              ratios [--json]   goals 1 to 11 and 14 of performance.md, in under three minutes
              http [--json]     goal 12: requests/s through Kestrel on one core, in under four minutes; needs two cores
              nodes [--json]    goal 13: the replay memory that nodes share in PostgreSQL, in under two minutes
              bdn [FILTER] ...  BenchmarkDotNet: every operation and its peers ('*'), or some ('*Replay*'); its options follow
            """);
        return 2;
}

// Ctrl-C, which a terminal sends to what a run has started as well, is no failure of what is measured.
static async Task<int> EndAsync(Func<CancellationToken, Task> run)
{
    using var interruption = new Interruption();
    try
    {
        await run(interruption.Token);
        return 0;
    }
    catch (Exception) when (interruption.Token.IsCancellationRequested)
    {
        return 130; // as shells say that SIGINT ended it
    }
}
