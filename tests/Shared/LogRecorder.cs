using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TrustedApps.Tests.Shared;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogRecorder : ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    public IReadOnlyCollection<LogLine> Lines => _lines;

    /// <summary>What an administrator sees of TrustedApps itself.</summary>
    public IReadOnlyCollection<LogLine> Ours =>
        [.. _lines.Where(line => line.Category.StartsWith("TrustedApps.", StringComparison.Ordinal) && line.Level >= LogLevel.Warning)];

    /// <summary>Refusals: one each, of whichever scheme.</summary>
    public IReadOnlyCollection<LogLine> Refusals => [.. Ours.Where(line => line.Event.Name == "Refused")];

    public ILogger CreateLogger(string categoryName) => new Recorder(_lines, categoryName);

    public void Dispose()
    {
    }

    private sealed class Recorder(ConcurrentQueue<LogLine> lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(new LogLine(category, logLevel, eventId, formatter(state, exception), exception));
    }
}

/// <summary>One line of a log.</summary>
internal sealed record LogLine(string Category, LogLevel Level, EventId Event, string Message, Exception? Exception);
