using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.TestSupport;

/// <summary>Synchronous calls, for tests: their private keys are in memory, so operations complete synchronously.</summary>
internal static class CompletedTasks
{
    public static AssertionHeaders Issue(
        this AssertionIssuer issuer, string? user, string url, string method = "GET", ContentBinding content = default) =>
        issuer.IssueAsync(user, url, method, content).Completed();

    public static ApplicationCertificate ToCertificate(
        this ApplicationKeys keys, string? name = null, TimeProvider? time = null) =>
        keys.ToCertificateAsync(name, time).Completed();

    /// <summary>The result. Waits only while another thread does the same work.</summary>
    public static T Completed<T>(this ValueTask<T> task) =>
        task.IsCompletedSuccessfully ? task.Result : task.AsTask().GetAwaiter().GetResult();
}
