using System.Diagnostics;
using System.Net;

namespace TrustedApps.Bench.Http;

/// <summary>
/// Asks a server as fast as it answers: one thread, some connections, on each of them one request on its way. They are
/// read in turn, which takes two system calls a request and no polling: the generator stays ahead of the server.
/// </summary>
internal sealed class Load : IDisposable
{
    private const int Connections = 32;

    private readonly Connection[] _connections;
    private readonly long[] _sent = new long[Connections];

    public Load(IPEndPoint server) => _connections = [.. Enumerable.Range(0, Connections).Select(_ => new Connection(server))];

    /// <summary>Asks once.</summary>
    public (int Status, string Content) Ask(ReadOnlySpan<byte> request)
    {
        _connections[0].Send(request);
        return _connections[0].Receive();
    }

    /// <summary>Sends requests, all of which are to be answered 200.</summary>
    /// <param name="requests">What to send.</param>
    /// <param name="latencies">Ticks that each took; as many as are sent.</param>
    /// <returns>How long it took.</returns>
    public TimeSpan Run(Requests requests, Span<long> latencies)
    {
        long start = Stopwatch.GetTimestamp();
        for (int number = 0; number < latencies.Length + Connections; number++)
        {
            int turn = number % Connections;
            int answered = number - Connections;
            if (answered >= 0 && answered < latencies.Length)
            {
                _connections[turn].ReceiveOk();
                latencies[answered] = Stopwatch.GetTimestamp() - _sent[turn];
            }

            if (number >= latencies.Length) continue;
            _sent[turn] = Stopwatch.GetTimestamp();
            _connections[turn].Send(requests[number]);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    public void Dispose() => Array.ForEach(_connections, connection => connection.Dispose());
}
