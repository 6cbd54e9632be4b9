using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Admin.Tests;

/// <summary>The wiki in the course of a rotation, long enough ago for each step to be over.</summary>
internal static class Rotating
{
    private static readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    public static ApplicationKeys First { get; } = ThrowAwayKeys.Of("wiki", 3, _now.AddDays(-10));

    public static ApplicationKeys Second { get; } = First.WithNext(_now.AddDays(-9));

    public static ApplicationKeys Third { get; } = Second.Rotate(_now.AddDays(-8));

    /// <summary>Its old key is on record, and what it serves now leaves that out.</summary>
    public static CertificateRecord WithPending(string baseUrl) =>
        CertificateRecord.Establish(Certificate(Second, -9), BaseUrl.Parse(baseUrl), _now.AddDays(-9)).Offer(Certificate(Third, 0), _now).Record;

    /// <summary>A second key was put on record beside the first.</summary>
    public static CertificateRecord WithReplaced(string baseUrl) =>
        CertificateRecord.Establish(Certificate(First, -10), BaseUrl.Parse(baseUrl), _now.AddDays(-10)).Offer(Certificate(Second, -9), _now.AddDays(-9), TimeSpan.Zero).Record;

    private static ApplicationCertificate Certificate(ApplicationKeys keys, int days) => keys.ToCertificate("Wiki", new FakeTimeProvider(_now.AddDays(days)));
}
