using System.Security.Cryptography;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

/// <summary>
/// Private keys as a hardware security module keeps them: each operation waits until the test lets it pass, and nothing
/// can be exported.
/// </summary>
internal sealed class DistantModule : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private readonly SemaphoreSlim _arrivals = new(0);
    private bool _isOpen;

    /// <summary>The exception of each operation; null where they succeed.</summary>
    public Exception? Failure { get; set; }

    public void Dispose() => _arrivals.Dispose();

    /// <summary>The application's keys, kept here.</summary>
    public ApplicationKeys Keep(ApplicationKeys keys) => new(
        keys.Id, new KeyRing(keys.Ring.Keys.Select(key => new PrivateKey(key.Description, new DistantKey(this, key))), keys.ChangedAt));

    /// <summary>The same behind the bound that keys elsewhere have.</summary>
    public ApplicationKeys Keep(ApplicationKeys keys, int maxConcurrency) => ApplicationKeys.Create(
        keys.Id,
        keys.Keys,
        key => new ExternalKey(
            key.PublicKey, new DistantKey(this, keys.Ring.Keys.Single(kept => kept.PublicKey.Equals(key.PublicKey))), maxConcurrency),
        keys.ChangedAt);

    /// <summary>Completes when the next operation has begun and waits.</summary>
    public Task ArrivalAsync() => _arrivals.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    /// <summary>Lets the operation pass that waits longest.</summary>
    public void LetPass()
    {
        lock (_gate) _waiting.Dequeue().SetResult();
    }

    /// <summary>Lets all operations pass from now on. Each still completes later than it is called.</summary>
    public void Open()
    {
        lock (_gate)
        {
            _isOpen = true;
            while (_waiting.TryDequeue(out TaskCompletionSource? operation)) operation.SetResult();
        }
    }

    private async Task WaitAsync()
    {
        var operation = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isOpen) operation.SetResult();
            else _waiting.Enqueue(operation);
        }

        _arrivals.Release();
        await operation.Task;
        await Task.Yield();
        if (Failure is { } failure) throw failure;
    }

    private sealed class DistantKey(DistantModule module, PrivateKey key) : IPrivateKeyOperations
    {
        private readonly SoftwareKey _key = new(key.ExportParameters());

        public async ValueTask<byte[]> SignHashAsync(
            ReadOnlyMemory<byte> hash, HashAlgorithmName algorithm, RSASignaturePadding padding, CancellationToken cancellationToken)
        {
            await module.WaitAsync();
            return await _key.SignHashAsync(hash, algorithm, padding, cancellationToken);
        }

        public async ValueTask<byte[]?> UnwrapAsync(ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken)
        {
            await module.WaitAsync();
            return await _key.UnwrapAsync(wrappedKey, cancellationToken);
        }
    }
}
