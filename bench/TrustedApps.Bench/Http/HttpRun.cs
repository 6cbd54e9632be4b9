using System.Diagnostics;

namespace TrustedApps.Bench.Http;

/// <summary>
/// Measures goal 12 of performance.md: Kestrel on one core, asked from another one. Every target is a process of its own,
/// as an application is, and all are asked in turn for part of a second, there and back again. Progress goes to standard error.
/// </summary>
internal static class HttpRun
{
    private const int Rounds = 20;

    public static async Task RunAsync(bool json, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        Cores.Keep(Cores.OfLoad);
        DirectoryInfo directory = Directory.CreateTempSubdirectory("trusted-apps-bench-");
        List<Candidate> contenders = [];
        try
        {
            var keys = SharedKeys.Write(directory.FullName);
            foreach (Target target in Enum.GetValues<Target>())
            {
                cancellationToken.ThrowIfCancellationRequested();
                contenders.Add(await Candidate.StartAsync(target, directory.FullName, keys));
                contenders[^1].Warm();
                Tell($"{target.ToName()} is warm");
            }

            // Once more: the compiler has worked for some of that time on the same core.
            foreach (Candidate contender in contenders)
            {
                cancellationToken.ThrowIfCancellationRequested();
                contender.Warm();
            }

            for (int round = 0; round < Rounds; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (Candidate contender in round % 2 == 0 ? contenders : Enumerable.Reverse(contenders)) contender.Measure();
                if (round % 5 == 4) Tell($"{round + 1} of {Rounds} rounds");
            }
        }
        finally
        {
            foreach (Candidate contender in contenders) await contender.DisposeAsync();
            directory.Delete(recursive: true);
        }

        HttpReport.Write(contenders, Stopwatch.GetElapsedTime(start), json, Console.Out);

        void Tell(string what) => Console.Error.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalSeconds,4:0} s  {what}");
    }
}
