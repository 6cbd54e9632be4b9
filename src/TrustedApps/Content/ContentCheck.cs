using System.IO.Pipelines;
using System.Security.Cryptography;
using TrustedApps.Diagnostics;
using TrustedApps.Limits;

namespace TrustedApps.Content;

/// <summary>Verifies the content of a request against its assertion (specification version-4.md, section 4).</summary>
internal static class ContentCheck
{
    private const int FirstBuffer = 4096; // bytes

    /// <summary>Verifies content.</summary>
    /// <param name="claim">The claim of the assertion about the content.</param>
    /// <param name="request">The request.</param>
    /// <param name="content">Its content as it arrives; null if it cannot have any.</param>
    /// <param name="conditions">The conditions of the trust.</param>
    /// <param name="limit">The most bytes that are buffered.</param>
    /// <param name="cancellationToken">Cancelled when the request is aborted.</param>
    /// <returns>The content that the application may read, or the rejection.</returns>
    public static ValueTask<(Stream? Content, RejectionReason? Reason)> ReadAsync(
        ContentDigest claim,
        in IncomingRequest request,
        Stream? content,
        TrustConditions conditions,
        int limit,
        CancellationToken cancellationToken
    )
    {
        content ??= Stream.Null;
        return claim.Kind switch
        {
            // also if the content was read before
            ContentDigestKind.None when request.ContentLength > 0 => new((null, RejectionReason.ContentNotClaimed)),
            ContentDigestKind.None when ReferenceEquals(content, Stream.Null) => new((content, null)),
            ContentDigestKind.None => RequireNoneAsync(content, cancellationToken),
            ContentDigestKind.Unbound when !conditions.AllowUnboundContent => new(
                (null, RejectionReason.ContentUnbound)),
            ContentDigestKind.Unbound when request.ContentLength > 0 => new((content, null)),
            ContentDigestKind.Unbound => RequireSomeAsync(content, cancellationToken),
            _ when request.StreamsContent => new(
                (new DigestVerifyingStream(content, claim, request.ContentLength), null)
            ),
            _ when request.ContentLength > limit => new((null, RejectionReason.ContentTooLarge)),
            _ => BufferAsync(content, claim, (int?)request.ContentLength, limit, cancellationToken),
        };
    }

    private static async ValueTask<(Stream? Content, RejectionReason? Reason)> RequireNoneAsync(
        Stream content,
        CancellationToken cancellationToken
    )
    {
        try
        {
            int read = await ReadAsync(content, new byte[1], cancellationToken).ConfigureAwait(false);
            return read == 0 ? (Stream.Null, null) : (null, RejectionReason.ContentNotClaimed);
        }
        catch (Exception cause) when (FindReason(cause) is { } reason)
        {
            return (null, reason);
        }
    }

    // Unbound content whose length is not known has at least one octet, too.
    private static async ValueTask<(Stream? Content, RejectionReason? Reason)> RequireSomeAsync(
        Stream content,
        CancellationToken cancellationToken
    )
    {
        var reader = PipeReader.Create(content);
        try
        {
            ReadResult first = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            bool isEmpty = first.Buffer.IsEmpty;
            reader.AdvanceTo(first.Buffer.Start);
            return isEmpty ? (null, RejectionReason.DigestWrong) : (reader.AsStream(), null);
        }
        catch (Exception cause) when (FindReason(cause) is { } reason)
        {
            return (null, reason);
        }
    }

    // InvalidDataException: a host that decompresses before authentication, and content that is not compressed.
    private static RejectionReason? FindReason(Exception cause) => cause switch
    {
        ContentLapseException lapse => lapse.Reason,
        IOException or InvalidDataException => RejectionReason.ContentBroken,
        _ => null,
    };

    // A host's stream may ignore the token. The buffer is ours alone, so a read that ends later does no harm.
    private static ValueTask<int> ReadAsync(Stream content, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ValueTask<int> reading = content.ReadAsync(buffer, cancellationToken);
        return reading.IsCompleted ? reading : new(WaitAsync(reading.AsTask(), cancellationToken));
    }

    private static async Task<int> WaitAsync(Task<int> reading, CancellationToken cancellationToken)
    {
        try
        {
            return await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            reading.Abandon();
            throw;
        }
    }

    private static async ValueTask<(Stream? Content, RejectionReason? Reason)> BufferAsync(
        Stream content, ContentDigest claim, int? stated, int limit, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[Math.Min(stated ?? FirstBuffer, limit) + 1]; // one more, to detect the end
        int length = 0;
        try
        {
            int read;
            while (
                (read = await ReadAsync(content, buffer.AsMemory(length), cancellationToken).ConfigureAwait(false)) > 0
            )
            {
                length += read;
                if (length > limit) return (null, RejectionReason.ContentTooLarge);
                if (length == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(2L * length, limit + 1L));
            }
        }
        catch (Exception cause) when (FindReason(cause) is { } reason)
        {
            return (null, reason);
        }

        return length > 0 && claim.IsOf(SHA256.HashData(buffer.AsSpan(0, length)))
            ? (new MemoryStream(buffer, 0, length, writable: false), null)
            : (null, RejectionReason.DigestWrong);
    }
}
