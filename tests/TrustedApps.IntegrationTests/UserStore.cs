using System.Collections.Concurrent;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace TrustedApps.IntegrationTests;

/// <summary>The users of an application, in memory.</summary>
internal sealed class UserStore(params IEnumerable<string> users) : IUserResolver, IUserProvisioner
{
    private readonly ConcurrentDictionary<string, byte> _users = new(users.Select(name => KeyValuePair.Create(name, (byte)0)), StringComparer.Ordinal);
    private readonly ConcurrentQueue<TrustedProxyUser> _made = new();
    private readonly TaskCompletionSource _askedOftenEnough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _questions;

    /// <summary>Somebody who exists and may not log in.</summary>
    public string? Denied { get; init; }

    /// <summary>How often somebody must have been asked for before the first user is made: so many race for it.</summary>
    public int QuestionsBeforeMaking { get; init; }

    /// <summary>What happens between finding the answer to a question and giving it; told its number, from 1.</summary>
    public Func<int, Task>? Answering { get; init; }

    /// <summary>Who was made, in order.</summary>
    public TrustedProxyUser[] Made => [.. _made];

    public async ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken)
    {
        if (name == Denied) return UserResolution.Denied;
        UserResolution answer = _users.ContainsKey(name) ? UserResolution.Known(name) : UserResolution.Unknown;
        int question = Interlocked.Increment(ref _questions);
        if (question >= QuestionsBeforeMaking) _askedOftenEnough.TrySetResult();
        if (Answering is not null) await Answering(question);
        return answer;
    }

    public async ValueTask<UserResolution> ProvisionAsync(TrustedProxyUser user, CancellationToken cancellationToken)
    {
        await _askedOftenEnough.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken); // a test that hangs is a test that fails
        _made.Enqueue(user);
        _users[user.Name] = 0;
        return UserResolution.Known(user.Name);
    }
}
