using TrustedApps.Text;

namespace TrustedApps.Client;

/// <summary>Sets the user of a trusted request, and what its assertion says besides.</summary>
public static class TrustedAppRequestExtensions
{
    /// <summary>
    /// The name of the option in <see cref="HttpRequestMessage.Options"/> that <see cref="OnBehalfOf"/> sets, for
    /// libraries that set options by name, such as Refit with its <c>Property</c> attribute. Its value is a string.
    /// </summary>
    public const string UserOption = "TrustedApps.User";

    private const int MaxActors = 3; // version-4.md, section 4

    private static readonly HttpRequestOptionsKey<string> _user = new(UserOption);
    private static readonly HttpRequestOptionsKey<bool> _isOnOwnBehalf = new("TrustedApps.OnOwnBehalf");
    private static readonly HttpRequestOptionsKey<IReadOnlyList<string>> _actors = new("TrustedApps.Actors");
    private static readonly HttpRequestOptionsKey<IReadOnlyList<string>> _scopes = new("TrustedApps.Scopes");
    private static readonly HttpRequestOptionsKey<List<string>> _boundHeaders = new("TrustedApps.BoundHeaders");

    /// <summary>
    /// Sets the user on whose behalf the request is made. A client without AddTrustedApp (without a
    /// <see cref="TrustedAppHandler"/>) sends it for an anonymous user, and nothing notices. A client with it throws if
    /// the URL is not below <see cref="TrustedAppClientOptions.BaseUrl"/>.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="user">
    /// The user: 1 to 255 characters without control characters, not beginning or ending with a space; under older
    /// versions up to 1,024.
    /// </param>
    /// <returns>The same request.</returns>
    /// <example>
    /// <code>
    /// using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "rest/api/issues").OnBehalfOf("fred");
    /// using HttpResponseMessage response = await client.SendAsync(request);
    /// </code>
    /// </example>
    public static HttpRequestMessage OnBehalfOf(this HttpRequestMessage request, string user)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(user);
        request.Options.Set(_user, user);
        request.Options.Set(_isOnOwnBehalf, false);
        return request;
    }

    /// <summary>
    /// Makes the request as the application itself, without a user. Version 4 only; the provider's trust must allow it.
    /// As with <see cref="OnBehalfOf"/>, the client needs AddTrustedApp and the URL must be below its base URL.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <returns>The same request.</returns>
    /// <example>
    /// <code>
    /// using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Post, "rest/api/index").OnOwnBehalf();
    /// using HttpResponseMessage response = await client.SendAsync(request);
    /// </code>
    /// </example>
    public static HttpRequestMessage OnOwnBehalf(this HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Options.Set(_isOnOwnBehalf, true);
        return request;
    }

    /// <summary>
    /// Names the applications that asked for the request in the user's name, so that the provider sees whom it serves
    /// (RFC 8693 section 4.1). Version 4 only; the provider's trust must allow delegation.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="actors">
    /// Their ids, the application that asked this one first; at most 3, and not this application's own. Empty: none,
    /// whatever <see cref="TrustedAppClientOptions.CurrentActors"/> says.
    /// </param>
    /// <returns>The same request.</returns>
    /// <exception cref="ArgumentException">There are more than 3, or one is not an id or there twice.</exception>
    public static HttpRequestMessage PassedOnBy(this HttpRequestMessage request, IReadOnlyList<string> actors)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actors);
        if (FindActorProblem(actors) is { } problem)
        {
            throw new ArgumentException($"These applications cannot be named: {problem}.", nameof(actors));
        }

        request.Options.Set(_actors, [.. actors]);
        return request;
    }

    /// <summary>
    /// Narrows the request to scopes, in place of <see cref="TrustedAppClientOptions.Scopes"/> (RFC 8693 section 4.2).
    /// Version 4 only; the provider's trust must list them.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="scopes">
    /// 1 to 16 names of 1 to 64 printable ASCII characters without space, quotation mark and backslash.
    /// </param>
    /// <returns>The same request.</returns>
    /// <exception cref="ArgumentException">
    /// There are none or more than 16, or one is malformed or there twice.
    /// </exception>
    public static HttpRequestMessage WithScopes(this HttpRequestMessage request, params string[] scopes)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(scopes);
        string? problem = scopes.Length == 0 ? "there is none" : ScopeName.FindProblem(scopes);
        if (problem is not null)
        {
            throw new ArgumentException(
                $"The request cannot be narrowed to these scopes: {problem}. Name 1 to {ScopeName.MaxCount} of the scopes that the provider's trust lists.",
                nameof(scopes));
        }

        request.Options.Set(_scopes, [.. scopes]);
        return request;
    }

    /// <summary>
    /// Binds a header of the request to its assertion, such as <c>Idempotency-Key</c>, so that it arrives as it was
    /// sent. Version 4 only. The value is that which the header has when the request is sent; a header that is not
    /// there is not bound.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="name">The name, in any case. At most 8 headers are bound, and those of the options count.</param>
    /// <returns>The same request.</returns>
    /// <exception cref="ArgumentException">
    /// The header cannot be bound, because the assertion covers it otherwise, or because proxies change it.
    /// </exception>
    public static HttpRequestMessage BindHeader(this HttpRequestMessage request, string name)
    {
        ArgumentNullException.ThrowIfNull(request);
        BoundHeaderName.Require(name);
        if (!request.Options.TryGetValue(_boundHeaders, out List<string>? names))
        {
            request.Options.Set(_boundHeaders, names = []);
        }

        names.Add(name);
        return request;
    }

    internal static string? FindUser(this HttpRequestMessage request) =>
        request.Options.TryGetValue(_user, out string? user) ? user : null;

    internal static bool IsOnOwnBehalf(this HttpRequestMessage request) =>
        request.Options.TryGetValue(_isOnOwnBehalf, out bool isOwn) && isOwn;

    internal static IReadOnlyList<string>? FindActors(this HttpRequestMessage request) =>
        request.Options.TryGetValue(_actors, out IReadOnlyList<string>? actors) ? actors : null;

    internal static IReadOnlyList<string>? FindScopes(this HttpRequestMessage request) =>
        request.Options.TryGetValue(_scopes, out IReadOnlyList<string>? scopes) ? scopes : null;

    internal static IReadOnlyList<string> FindBoundHeaders(this HttpRequestMessage request) =>
        request.Options.TryGetValue(_boundHeaders, out List<string>? names) ? names : [];

    private static string? FindActorProblem(IReadOnlyList<string> actors)
    {
        if (actors.Count > MaxActors)
        {
            return $"there are {actors.Count}, and a request may have been passed on by {MaxActors} at most";
        }

        foreach (string actor in actors)
        {
            if (!ApplicationIdSyntax.IsForVersion4(actor)) return $"'{actor}' is not an application id";
        }

        return actors.Distinct(StringComparer.Ordinal).Count() == actors.Count ? null : "one is there twice";
    }
}
