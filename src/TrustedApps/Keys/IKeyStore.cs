namespace TrustedApps.Keys;

/// <summary>
/// Where an application's own keys are: a place that they can be changed in while the application runs. A
/// <see cref="KeyFileStore"/> is the one for a key file. Safe for concurrent use.
/// </summary>
/// <remarks>
/// What a store owes:
/// <list type="bullet">
/// <item>The <see cref="ApplicationKeys.Id"/> is the same as long as the process runs.</item>
/// <item>A change by another process is noticed within seconds, without a restart. What can then not be read leaves the
/// keys in memory as they are, and a line in the log.</item>
/// <item>The same instance is returned until the keys change: callers compare references to see that they have.</item>
/// <item>Nothing secret is in its logs and exceptions.</item>
/// </list>
/// </remarks>
public interface IKeyStore
{
    /// <summary>The keys of this moment. Asked for once or more in each request: it answers from memory and never waits.</summary>
    /// <exception cref="InvalidOperationException"><see cref="LoadAsync"/> has not come to its end yet.</exception>
    ApplicationKeys Keys { get; }

    /// <summary>
    /// Reads the keys. Called at start-up before anything else, once by each who uses the store: what is loaded already
    /// stays, and the call does nothing.
    /// </summary>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>Completes when <see cref="Keys"/> can be asked for.</returns>
    /// <exception cref="Exception">There are no keys, or they cannot be read. Whatever it is stops the start; its message says what to do.</exception>
    ValueTask LoadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Changes the keys. Of two changes at once, also by two processes, one comes after the other and is given the
    /// other's result. When this returns, the change is durable and <see cref="Keys"/> has it; when it throws, nothing
    /// has changed.
    /// </summary>
    /// <param name="change">
    /// Is given the keys as they are stored at that moment, which may be newer than <see cref="Keys"/>, and returns
    /// others of the same id, such as by <see cref="ApplicationKeys.PublishNext"/>; or the same, where nothing is to
    /// change. It may be called more than once, so it does nothing else. What it throws ends the change and is passed on.
    /// </param>
    /// <param name="cancellationToken">Ends waiting for others. A change that is being stored is finished.</param>
    /// <returns>The keys as they are stored now.</returns>
    /// <exception cref="InvalidOperationException">The keys are not loaded yet; or <paramref name="change"/> returned keys of another id.</exception>
    /// <exception cref="IOException">The keys cannot be stored, or another process has been changing them for too long.</exception>
    Task<ApplicationKeys> ChangeAsync(Func<ApplicationKeys, ApplicationKeys> change, CancellationToken cancellationToken);
}
