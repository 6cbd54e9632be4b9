namespace TrustedApps.Bench.Setup;

/// <summary>
/// Requests of which each carries an assertion of its own. Made once; <see cref="Reissue"/> puts new assertions into
/// them, so that nothing that is measured comes twice and nothing is made while it is measured.
/// </summary>
internal sealed class Batch
{
    private readonly AssertionIssuer[] _issuers;
    private readonly Func<int, string> _userOf;

    /// <summary>Makes a batch.</summary>
    /// <param name="size">How many requests.</param>
    /// <param name="issuers">Who makes the assertions, in turn.</param>
    /// <param name="userOf">On whose behalf; one of the users of the scene by default.</param>
    public Batch(int size, AssertionIssuer[] issuers, Func<int, string>? userOf = null)
    {
        (_issuers, _userOf) = (issuers, userOf ?? BenchFixture.User);
        Requests = [.. Enumerable.Range(0, size).Select(number => BenchFixture.Request(Issue(number)))];
    }

    public IncomingRequest[] Requests { get; }

    public void Reissue()
    {
        for (int number = 0; number < Requests.Length; number++) Requests[number].Headers.Set(Issue(number));
    }

    private AssertionHeaders Issue(int number) => _issuers[number % _issuers.Length].Issue(_userOf(number), BenchFixture.Url);
}
