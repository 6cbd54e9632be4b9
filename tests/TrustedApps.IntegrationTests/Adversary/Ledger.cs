namespace TrustedApps.IntegrationTests.Adversary;

/// <summary>All that was meant, and all that was done: every difference is a violation.</summary>
internal sealed class Ledger
{
    private readonly Dictionary<string, Intent> _intents = new(StringComparer.Ordinal); // by marker
    private readonly Dictionary<string, string> _markers = new(StringComparer.Ordinal); // by Cert, as consumers sent it
    private readonly HashSet<string> _executedCerts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _executions = new(StringComparer.Ordinal); // by marker
    private readonly HashSet<(string Marker, ErrorCode Code)> _refusals = [];
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal); // markers
    private readonly Lock _gate = new();

    public List<string> Violations { get; } = [];

    public int Executions => _executedCerts.Count;

    /// <summary>Codes of refusals, and how often each was given.</summary>
    public SortedDictionary<string, int> Codes { get; } = new(StringComparer.Ordinal);

    public void Mean(Intent intent) => _intents.Add(intent.Marker, intent);

    public void Sent(string cert, string marker)
    {
        lock (_gate) _markers.Add(cert, marker); // no assertion is used twice by an honest consumer
    }

    public bool IsExecuted(string marker)
    {
        lock (_gate) return _executions.ContainsKey(marker);
    }

    public bool IsRefused(string marker, ErrorCode code)
    {
        lock (_gate) return _refusals.Contains((marker, code));
    }

    public void Refused(string cert, ErrorCode code)
    {
        lock (_gate)
        {
            Codes[code.ToWireName()] = Codes.GetValueOrDefault(code.ToWireName()) + 1;
            if (_markers.TryGetValue(cert, out string? marker)) _refusals.Add((marker, code));
        }
    }

    /// <summary>Whether reading the streamed content of the request ended in an error, which the application did not catch.</summary>
    public bool IsBroken(string marker)
    {
        lock (_gate) return _broken.Contains(marker);
    }

    public void Broke(string cert)
    {
        lock (_gate)
        {
            if (_markers.TryGetValue(cert, out string? marker)) _broken.Add(marker);
        }
    }

    /// <summary>Takes note of a request that a provider executes.</summary>
    public void Executed(Execution done)
    {
        lock (_gate)
        {
            if (FindProblem(done) is { } problem) Violations.Add($"{problem}: {done}");
        }
    }

    public void Violated(string problem)
    {
        lock (_gate) Violations.Add(problem);
    }

    private string? FindProblem(Execution done)
    {
        if (!_markers.TryGetValue(done.Cert, out string? marker)) return "no consumer has made this assertion";
        if (!_executedCerts.Add(done.Cert)) return "this assertion was accepted before";
        Intent meant = _intents[marker];
        int times = _executions[marker] = _executions.GetValueOrDefault(marker) + 1;
        if (times > 1 && !meant.IsIdempotent) return "this request was executed before";
        if (done.Provider != meant.Provider) return "it was meant for another provider";
        if (done.Application != meant.Consumer) return "another application has sent it";
        if (done.User != meant.User) return $"the user was {meant.User}";
        if (done.Method != meant.Method) return $"the method was {meant.Method}";
        if (done.Target != meant.Target) return $"the target was {meant.Target}";
        if (!done.Actors.SequenceEqual(meant.Actors)) return "the actors were others";
        if (!done.Scopes.SequenceEqual(meant.Scopes.Count > 0 ? meant.Scopes : done.TrustedScopes)) return "the scopes were others";
        if (meant.IsContentBound && !done.Content.AsSpan().SequenceEqual(meant.Content)) return "the content was another";
        if (meant.IsContentBound && meant.Content.Length > 0 && done.ContentType != meant.ContentType) return "the content type was another";
        foreach (string name in meant.Bound)
        {
            if (!done.Headers.TryGetValue(name, out string? value) || value != meant.Headers[name]) return $"the header {name} was {meant.Headers[name]}";
        }

        bool hasUnbound = done.MustBeBound.Any(name => done.Headers.ContainsKey(name) && !meant.Bound.Contains(name));
        return hasUnbound ? "a header that must be bound was not" : null;
    }
}

/// <summary>A request as a provider executes it.</summary>
internal sealed record Execution(
    string Provider,
    string Cert,
    string Application,
    string? User,
    string Method,
    string Target,
    byte[] Content,
    string? ContentType,
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyList<string> MustBeBound,
    IReadOnlyList<string> Actors,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> TrustedScopes)
{
    public override string ToString() =>
        $"{Provider} for {Application} and {User}: {Method} {Target} with {Content.Length} octets of {ContentType}, {string.Join(' ', Headers)}, actors {string.Join(' ', Actors)}, scopes {string.Join(' ', Scopes)}";
}
