namespace TrustedApps.Text;

/// <summary>
/// Times as the logs write them: ISO 8601 in UTC, whatever the culture of the process is. A parameter of a log message
/// is never a <see cref="DateTimeOffset"/>: some formatters print one as a US date.
/// </summary>
internal static class LogTime
{
    public static string Of(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
