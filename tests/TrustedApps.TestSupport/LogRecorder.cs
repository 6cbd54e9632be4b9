using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TrustedApps.TestSupport;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogRecorder : ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> _lines = new();
    private readonly ConcurrentDictionary<TaskCompletionSource<LogLine>, string> _waiting = new();

    public IReadOnlyCollection<LogLine> Lines => _lines;

    /// <summary>What an administrator sees of TrustedApps itself.</summary>
    public IReadOnlyCollection<LogLine> Ours =>
        [.. _lines.Where(line => line.Category.StartsWith("TrustedApps.", StringComparison.Ordinal) && line.Level >= LogLevel.Warning)];

    /// <summary>Refusals: one each, of whichever scheme.</summary>
    public IReadOnlyCollection<LogLine> Refusals => [.. Ours.Where(line => line.Event.Name == "Refused")];

    /// <summary>The first line of an event, once there is one.</summary>
    public Task<LogLine> FirstAsync(string eventName)
    {
        var first = new TaskCompletionSource<LogLine>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[first] = eventName;
        foreach (LogLine line in _lines) Tell(line);
        return first.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken); // a test that hangs is a test that fails
    }

    public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

    public void Dispose()
    {
    }

    private void Add(LogLine line)
    {
        _lines.Enqueue(line);
        Tell(line);
    }

    private void Tell(LogLine line)
    {
        foreach ((TaskCompletionSource<LogLine> first, string name) in _waiting)
        {
            if (line.Event.Name == name) first.TrySetResult(line);
        }
    }

    private sealed class Recorder(LogRecorder recorder, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => new Scope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            recorder.Add(new LogLine(category, logLevel, eventId, formatter(state, exception), exception) { Scope = Scope.Current });
    }

    /// <summary>The innermost scope of what is logged.</summary>
    private sealed class Scope : IDisposable
    {
        private static readonly AsyncLocal<object?> _current = new();
        private readonly object? _outer = _current.Value;

        public Scope(object state) => _current.Value = state;

        public static object? Current => _current.Value;

        public void Dispose() => _current.Value = _outer;
    }
}

/// <summary>One line of a log.</summary>
internal sealed record LogLine(string Category, LogLevel Level, EventId Event, string Message, Exception? Exception)
{
    /// <summary>The state of the innermost scope; null outside of any.</summary>
    public object? Scope { get; init; }
}
