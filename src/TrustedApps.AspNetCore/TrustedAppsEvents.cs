namespace TrustedApps.AspNetCore;

/// <summary>
/// Events of the scheme, all of them after the verification. Set <see cref="TrustedAppsOptions.Events"/>, or register a
/// class that derives from this one as a service and set <c>EventsType</c>.
/// </summary>
/// <remarks>
/// An event that throws ends the request with the exception, which the host logs: the caller gets no detail, and is not
/// authenticated. The status is 500; after <see cref="OnRejected"/> a request of version 4 has that of its rejection,
/// 401 or 403, if middleware writes an error page. An error page is served to an anonymous user. For statistics an
/// <see cref="Hosting.ITrustedRequestObserver"/> costs less.
/// </remarks>
/// <example>
/// <code>
/// builder.Services.AddAuthentication().AddTrustedApps(options => options.Events.OnAuthenticated = context =>
/// {
///     if (context.Assertion.User == "auditor") context.Fail("the auditor works here in person only");
///     return Task.CompletedTask;
/// });
/// </code>
/// </example>
public class TrustedAppsEvents
{
    private static readonly Func<TrustedAppAuthenticatedContext, Task> _keep = static _ => Task.CompletedTask;
    private static readonly Func<TrustedAppRejectedContext, Task> _ignore = static _ => Task.CompletedTask;

    /// <summary>
    /// Called for a request that was verified, before the application sees it: the event can add claims, replace the
    /// principal, or reject the request.
    /// </summary>
    public Func<TrustedAppAuthenticatedContext, Task> OnAuthenticated { get; set; } = _keep;

    /// <summary>
    /// Called once for a request that this scheme rejected, after the verification. The event cannot accept it. With
    /// several schemes, another may accept the same request: each raises its own events. A request that only lacks its
    /// key grant (GRANT_NEEDED) comes again with it, and raises no event.
    /// </summary>
    public Func<TrustedAppRejectedContext, Task> OnRejected { get; set; } = _ignore;

    /// <summary>Raises <see cref="OnAuthenticated"/>.</summary>
    /// <param name="context">The request.</param>
    /// <returns>A task that completes when the event is done: the request waits for it.</returns>
    public virtual Task Authenticated(TrustedAppAuthenticatedContext context) => OnAuthenticated(context);

    /// <summary>Raises <see cref="OnRejected"/>.</summary>
    /// <param name="context">The request.</param>
    /// <returns>A task that completes when the event is done: the request waits for it.</returns>
    public virtual Task Rejected(TrustedAppRejectedContext context) => OnRejected(context);

    /// <summary>Whether an accepted request raises an event. If not, it costs nothing.</summary>
    internal bool HandlesAuthenticated => IsDerived || !ReferenceEquals(OnAuthenticated, _keep);

    /// <summary>Whether a rejected request raises an event.</summary>
    internal bool HandlesRejected => IsDerived || !ReferenceEquals(OnRejected, _ignore);

    private bool IsDerived => GetType() != typeof(TrustedAppsEvents);
}
