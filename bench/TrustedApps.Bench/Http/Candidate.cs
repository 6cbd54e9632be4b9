using System.Diagnostics;
using TrustedApps.Bench.Ratios;

namespace TrustedApps.Bench.Http;

/// <summary>A target under load, and what was measured of it.</summary>
internal sealed class Candidate : IAsyncDisposable
{
    private const int Fewest = 500;

    private static readonly TimeSpan _warmTime = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan _sampleTime = TimeSpan.FromSeconds(0.7);

    private readonly ServerProcess _server;
    private readonly Load _load;
    private readonly Requests _requests;
    private readonly List<Sample> _samples = [];
    private int _count = Fewest; // how many make a sample

    private Candidate(Target target, ServerProcess server, SharedKeys keys)
    {
        (Target, _server) = (target, server);
        _load = new Load(server.EndPoint);
        _requests = Requests.For(target, server.Origin, keys);
    }

    public Target Target { get; }

    /// <summary>Bytes of a request.</summary>
    public int RequestLength => _requests.Length;

    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>Starts the server and sees to it that it lets in whom it should, and nobody else.</summary>
    public static async Task<Candidate> StartAsync(Target target, string directory, SharedKeys keys)
    {
        Candidate contender = new Candidate(target, await ServerProcess.StartAsync("http-server", target.ToName(), directory), keys);
        contender.Check();
        return contender;
    }

    /// <summary>Asks for the time that a target is warmed.</summary>
    public void Warm()
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < _warmTime) Run();
    }

    public void Measure() => _samples.Add(Run());

    /// <summary>What one property of the samples was.</summary>
    public Spread SpreadOf(Func<Sample, double> property) => Spread.Of([.. _samples.Select(property)]);

    public async ValueTask DisposeAsync()
    {
        _load.Dispose();
        await _server.DisposeAsync();
    }

    private void Check()
    {
        int expected = Target is Target.Unprotected or Target.EmptyScheme or Target.EmptySchemeLongHeaders ? 200 : 401;
        int status = _load.Ask(Requests.Bare(_server.Origin)[0]).Status;
        if (status != expected) throw new InvalidOperationException($"{Target.ToName()} answers {status} to everybody.");

        _requests.Prepare(1);
        (status, string user) = _load.Ask(_requests[0]);
        string known = Target == Target.Unprotected ? "" : Setup.BenchFixture.User(0);
        if (Target.AnswersJson() && user.StartsWith($"{{\"user\":\"{known}\"", StringComparison.Ordinal)) user = known;
        if ((status, user) != (200, known)) throw new InvalidOperationException($"{Target.ToName()} answers {status} and '{user}', not 200 and '{known}'.");
    }

    private Sample Run()
    {
        _requests.Prepare(_count);
        long[] latencies = new long[_count];
        using var generator = Process.GetCurrentProcess();
        (TimeSpan served, TimeSpan generated) = (_server.Work, generator.TotalProcessorTime);
        TimeSpan elapsed = _load.Run(_requests, latencies);
        generator.Refresh();
        (served, generated) = (_server.Work - served, generator.TotalProcessorTime - generated);

        Array.Sort(latencies);
        var sample = new Sample(latencies.Length / elapsed.TotalSeconds, At(0.5), At(0.99), served / latencies.Length, served / elapsed, generated / elapsed);
        _count = Math.Clamp((int)(sample.Rate * _sampleTime.TotalSeconds), Fewest, 2 * _count);
        return sample;

        double At(double part) => latencies[(int)(part * (latencies.Length - 1))] * 1e6 / Stopwatch.Frequency;
    }
}
