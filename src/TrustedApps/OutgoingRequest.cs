namespace TrustedApps;

/// <summary>A request that a consumer is about to send, as an assertion describes it. Immutable.</summary>
public readonly record struct OutgoingRequest
{
    private readonly IReadOnlyList<string>? _actors;
    private readonly IReadOnlyList<string>? _scopes;
    private readonly IReadOnlyList<KeyValuePair<string, string>>? _boundHeaders;

    /// <summary>Creates the description of a request.</summary>
    public OutgoingRequest()
    {
    }

    /// <summary>
    /// The URL exactly as it will be requested: absolute, with path and query in the form in which they are sent.
    /// </summary>
    public required string Url { get; init; }

    /// <summary>The method exactly as it will be sent. Older versions do not sign it.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>
    /// The user on whose behalf the request is made: 1 to 255 characters (older versions: 1,024) without control
    /// characters. Null when the application acts as itself, in version 4.
    /// </summary>
    public string? User { get; init; }

    /// <summary>The binding of the content; the default value for a request without content.</summary>
    public ContentBinding Content { get; init; }

    /// <summary>
    /// Version 4: the ids of the applications that asked for this in the user's name, the one that asked this consumer
    /// first (RFC 8693 section 4.1).
    /// </summary>
    /// <value>Default none; at most 3, none of them twice or the consumer's own.</value>
    public IReadOnlyList<string> Actors { get => _actors ?? []; init => _actors = value; }

    /// <summary>Version 4: the scopes that the request is narrowed to (RFC 8693 section 4.2).</summary>
    /// <value>Default none: all that the trust allows. At most 16 names of 1 to 64 characters.</value>
    public IReadOnlyList<string> Scopes { get => _scopes ?? []; init => _scopes = value; }

    /// <summary>Version 4: further headers that the assertion binds, exactly as they will be sent.</summary>
    /// <value>
    /// Default none; at most 8, of different names, with 1,024 characters of names and values together.
    /// </value>
    public IReadOnlyList<KeyValuePair<string, string>> BoundHeaders
    {
        get => _boundHeaders ?? [];
        init => _boundHeaders = value;
    }

    /// <summary>Version 4: whether the provider has to prove its response (section 5).</summary>
    public bool RequireResponseProof { get; init; }

    /// <summary>Returns the method: the URL may hold secrets.</summary>
    /// <returns>One word.</returns>
    public override string ToString() => Method;
}
