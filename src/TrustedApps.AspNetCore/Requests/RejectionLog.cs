using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// Keeps refused requests from filling the log. The first of an application with a reason is logged; those after it are
/// counted, and their number is logged each minute until a minute passes without one. Applications that are not trusted
/// share one count for each reason, because they may use any number of ids.
/// </summary>
internal sealed class RejectionLog(TimeProvider time) : IDisposable
{
    private const int MaxApplicationReasons = 10_000; // beyond it, trusted applications count with the others

    private static readonly TimeSpan _window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Count> _counts = [];
    private ITimer? _timer; // null while nothing is counted

    /// <summary>Whether a refused request is to be logged. Otherwise it is counted.</summary>
    /// <param name="logger">The log for the number of those that are counted.</param>
    /// <param name="application">The application; null if it is not trusted.</param>
    /// <param name="rejection">The reason.</param>
    public bool IsFirst(ILogger logger, string? application, in Rejection rejection)
    {
        lock (_gate)
        {
            var key = new Key(application, rejection.ReasonId);
            if (!_counts.TryGetValue(key, out Count? count) && _counts.Count >= MaxApplicationReasons)
            {
                key = key with { Application = null };
                _counts.TryGetValue(key, out count);
            }

            if (count is not null)
            {
                count.More++;
                return false;
            }

            _counts.Add(key, new Count(logger, rejection.ToString()));
            _timer ??= time.CreateTimer(static log => ((RejectionLog)log!).Report(), this, _window, _window);
            return true;
        }
    }

    /// <summary>Logs the numbers of the last, shorter minute.</summary>
    public void Dispose()
    {
        Report();
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void Report()
    {
        List<(Key Key, Count Count, long More)> more = [];
        lock (_gate)
        {
            foreach ((Key key, Count count) in _counts)
            {
                if (count.More == 0) _counts.Remove(key);
                else more.Add((key, count, count.More));
                count.More = 0;
            }

            if (_counts.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }

        foreach ((Key key, Count count, long number) in more)
        {
            string application = key.Application is null ? "applications that are not trusted" : $"'{key.Application}'";
            count.Logger.RejectedMore(number, application, count.Code, key.ReasonId);
        }
    }

    private readonly record struct Key(string? Application, string ReasonId);

    private sealed class Count(ILogger logger, string code)
    {
        public ILogger Logger => logger;

        public string Code => code;

        public long More { get; set; }
    }
}
