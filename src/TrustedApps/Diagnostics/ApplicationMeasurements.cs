using System.Diagnostics.Metrics;
using System.Numerics;

namespace TrustedApps.Diagnostics;

/// <summary>
/// Makes one measurement of each application, with its id as a tag: several providers, clients or caches of a process
/// may know it, and those beyond the bound of <see cref="BoundedTagValues"/> are one.
/// </summary>
internal static class ApplicationMeasurements
{
    /// <summary>The sum of the values of each application.</summary>
    public static IEnumerable<Measurement<T>> Sum<T>(IEnumerable<KeyValuePair<string, T>> values)
        where T : struct, INumber<T> => Of(values, static (one, other) => one + other);

    /// <summary>The greatest of the values of each application.</summary>
    public static IEnumerable<Measurement<T>> Max<T>(IEnumerable<KeyValuePair<string, T>> values)
        where T : struct, INumber<T> => Of(values, T.Max);

    private static List<Measurement<T>> Of<T>(IEnumerable<KeyValuePair<string, T>> values, Func<T, T, T> join)
        where T : struct
    {
        var joined = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach ((string id, T value) in values)
        {
            string application = BoundedTagValues.Applications.Of(id);
            joined[application] = joined.TryGetValue(application, out T other) ? join(other, value) : value;
        }

        return [.. joined.Select(value =>
            new Measurement<T>(value.Value, KeyValuePair.Create(TagNames.ApplicationId, (object?)value.Key)))];
    }
}
