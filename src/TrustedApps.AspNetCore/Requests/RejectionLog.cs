using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// Keeps refused requests from filling the log. The first of a kind in a minute is logged; those after it are counted,
/// and at the end of the minute their number is logged. A network is an IPv4 address, or the /64 of an IPv6 address.
/// </summary>
/// <remarks>
/// Beyond 1,000 kinds in a minute the networks of a further kind are counted together, so that strangers with many
/// addresses hide the details of their own requests and fill no memory. Safe for concurrent use.
/// </remarks>
public sealed class RejectionLog : IDisposable
{
    private const int MaxWithNetwork = 1000;
    private const int Max = 10_000; // beyond it, all of a reason are counted together

    private static readonly TimeSpan _window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<RejectionKind, Count> _counts = [];
    private ITimer? _timer; // null while nothing is counted

    /// <summary>Makes a log limit.</summary>
    /// <param name="services">The services of the host; a <see cref="TimeProvider"/> among them is its clock.</param>
    public RejectionLog(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        _time = services.GetService<TimeProvider>() ?? TimeProvider.System;
    }

    /// <summary>Returns whether a refused request gets a line of the log. Otherwise it is counted.</summary>
    /// <param name="logger">The log for the number of those that are counted.</param>
    /// <param name="kind">The kind of the request.</param>
    /// <returns>Whether it is the first of its kind in this minute.</returns>
    public bool IsFirst(ILogger logger, RejectionKind kind)
    {
        RejectionKind key = kind with { Address = NetworkOf(kind.Address) };
        lock (_gate)
        {
            if (!_counts.TryGetValue(key, out Count? count) && _counts.Count >= MaxWithNetwork)
            {
                key = key with { Address = null };
                if (!_counts.TryGetValue(key, out count) && _counts.Count >= Max)
                {
                    key = new RejectionKind("any scheme", "others", key.Code, key.Reason, Address: null);
                    _counts.TryGetValue(key, out count);
                }
            }

            if (count is not null)
            {
                count.More++;
                return false;
            }

            _counts.Add(key, new Count(logger));
            _timer ??= _time.CreateTimer(static log => ((RejectionLog)log!).Report(), this, _window, _window);
            return true;
        }
    }

    /// <summary>Logs the numbers of the last, shorter minute.</summary>
    public void Dispose() => Report();

    private void Report()
    {
        KeyValuePair<RejectionKind, Count>[] counts;
        lock (_gate)
        {
            counts = [.. _counts.Where(entry => entry.Value.More > 0)];
            _counts.Clear();
            _timer?.Dispose();
            _timer = null;
        }

        foreach ((RejectionKind kind, Count count) in counts)
        {
            string network = TextOf(kind.Address);
            count.Logger.RejectedMore(count.More, kind.Origin, network, kind.Scheme, kind.Code, kind.Reason);
        }
    }

    private static IPAddress? NetworkOf(IPAddress? address)
    {
        if (address is null) return null;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;

        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear(); // the host part
        return new IPAddress(bytes);
    }

    private static string TextOf(IPAddress? network) => network switch
    {
        null => "all addresses",
        { AddressFamily: AddressFamily.InterNetworkV6 } => $"{network}/64",
        _ => network.ToString(),
    };

    private sealed class Count(ILogger logger)
    {
        public ILogger Logger => logger;

        public long More { get; set; }
    }
}
