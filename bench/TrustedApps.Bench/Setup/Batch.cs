using Microsoft.Extensions.Primitives;

namespace TrustedApps.Bench.Setup;

/// <summary>
/// Requests of which each carries an assertion of its own. Made once; <see cref="Reissue"/> puts new assertions into
/// them, so that nothing that is measured comes twice and nothing is made while it is measured.
/// </summary>
internal sealed class Batch
{
    private const string KeyHeader = "X-Seraph-Trusted-App-Key";

    private readonly AssertionIssuer[] _issuers;
    private readonly Func<int, string> _userOf;
    private readonly AssertionVerifier? _namedTo;
    private readonly HashSet<string> _sent = new(StringComparer.Ordinal);

    /// <summary>Makes a batch.</summary>
    /// <param name="size">How many requests.</param>
    /// <param name="issuers">Who makes the assertions, in turn.</param>
    /// <param name="userOf">On whose behalf; one of the users of the scene by default.</param>
    /// <param name="namedTo">The verifier that gets each grant once; then it is only named. By default each request carries it.</param>
    public Batch(int size, AssertionIssuer[] issuers, Func<int, string>? userOf = null, AssertionVerifier? namedTo = null)
    {
        (_issuers, _userOf, _namedTo) = (issuers, userOf ?? BenchFixture.User, namedTo);
        Requests = [.. Enumerable.Range(0, size).Select(number => BenchFixture.Request(Issue(number)))];
        if (namedTo is not null) Reissue();
    }

    public IncomingRequest[] Requests { get; }

    public void Reissue()
    {
        for (int number = 0; number < Requests.Length; number++)
        {
            AssertionHeaders issued = Issue(number);
            Requests[number].Headers.Set(issued);
            if (_namedTo is null || !Requests[number].Headers.Remove(KeyHeader, out StringValues grant)) continue;
            if (_sent.Add(grant.ToString())) _namedTo.Accept([BenchFixture.Request(Issue(number))]);
        }
    }

    private AssertionHeaders Issue(int number) => _issuers[number % _issuers.Length].Issue(_userOf(number), BenchFixture.Url);
}
