using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using TrustedApps.Responses;

namespace TrustedApps.AspNetCore.Responses;

/// <summary>
/// The body of a response that may have to be proven (specification version-4.md, section 5). It is the outermost one,
/// so that the content is the one that goes out, compressed or not.
/// </summary>
/// <remarks>
/// Until a proof is demanded, everything is passed on. From then on content is held back until it is complete, so that
/// its digest is known when the headers go out. Content that is longer than the limit, or that the application flushes
/// (see <see cref="IsFlush"/>), is sent as it comes: its digest follows in a trailer, if the connection can carry one.
/// Like every body it is not safe for concurrent use.
/// </remarks>
internal sealed class ProvenBody : IHttpResponseBodyFeature
{
    /// <summary>The most content of any response that is held back, in bytes.</summary>
    public const int MaxHeldContent = 1 << 20; // specification, section 5; that of a rejection is always held

    // The longest time for which flushes of the writer are held back: less than people notice, more than content takes
    // that is written at once.
    private static readonly TimeSpan _longestHold = TimeSpan.FromSeconds(1);

    private readonly HttpContext _context;
    private readonly IHttpResponseBodyFeature _inner;
    private readonly bool _isHead;
    private IHttpResponseFeature? _response; // of the server, once a proof is demanded
    private ProofDemand? _demand;
    private Phase _phase;
    private ArrayBufferWriter<byte>? _held;
    private int _flushed; // of what is held
    private long? _firstFlush; // time stamp
    private bool _isUnbuffered;
    private string? _digest = ProvenResponse.NoDigest; // unless the content is known when the headers go out
    private IncrementalHash? _hash; // of content whose digest follows in the trailer
    private long _sent;
    private ProofHeader? _proof;

    public ProvenBody(HttpContext context)
    {
        _context = context;
        _inner = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _isHead = context.Request.Method == HttpMethods.Head; // by its bytes, as servers do
    }

    private enum Phase
    {
        Passing, // no proof is demanded, or the response is complete
        Holding,
        Sending,
        Dropping, // HEAD, or a response whose place another one takes
    }

    public Stream Stream => field ??= new ProvenBodyStream(this);

    public PipeWriter Writer => field ??= new ProvenBodyWriter(this);

    /// <summary>The body of the server.</summary>
    public IHttpResponseBodyFeature Inner => _inner;

    public bool IsPassing => _phase == Phase.Passing;

    public bool IsHolding => _phase == Phase.Holding;

    public bool IsSending => _phase == Phase.Sending;

    /// <summary>Whether the response can no longer be replaced from the application's point of view.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether the verdict that is answered is a rejection.</summary>
    public bool IsRejected { get; set; }

    /// <summary>The content that is held back and was not flushed yet, in bytes.</summary>
    public long HeldUnflushed => (_held?.WrittenCount ?? 0) - _flushed;

    private HttpResponse Response => _context.Response;

    private bool CanHaveContent => !_isHead && Response.StatusCode is not (204 or 205 or 304);

    /// <summary>Demands a proof of the response to a request whose claims were read.</summary>
    public void Demand(ProofDemand demand)
    {
        if (_demand is null && Response.HasStarted) return;
        if (_demand is null)
        {
            _response = _context.Features.GetRequiredFeature<IHttpResponseFeature>();
            _context.Features.Set<IHttpResponseFeature>(new ProvenResponseFeature(_response, this));
            _held = new ArrayBufferWriter<byte>();
            _phase = _isHead ? Phase.Dropping : Phase.Holding;
        }

        _demand = demand; // of the scheme whose verdict is answered
    }

    /// <summary>Sets the proof header. Called when the response starts, after all other headers were set.</summary>
    /// <param name="error">The value of the error header; null if the request was accepted.</param>
    /// <returns>Whether the response can be proven.</returns>
    public bool TryProve(string? error)
    {
        if (_demand is null) return true;

        string? digest = CanHaveContent ? _digest : null;
        _proof = ProofHeader.Set(Response, _demand, digest, error);
        return _proof is not null;
    }

    /// <summary>
    /// Puts a response without content in the place of the application's, which has not started yet.
    /// </summary>
    public void Replace(int status)
    {
        (_phase, _digest) = (Phase.Dropping, null);
        _held!.Clear();
        _response!.Headers.Clear();
        (_response.StatusCode, _response.ReasonPhrase) = (status, null);
        if (CanHaveContent) _response.Headers.ContentLength = 0;
    }

    /// <summary>Answers for the application, which has failed; false if its response has started.</summary>
    public bool TryFail(Exception failure)
    {
        if (_demand is null || _response!.HasStarted || _context.RequestAborted.IsCancellationRequested) return false;

        Replace(failure is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError);
        return true;
    }

    /// <summary>Sends what is held, or the trailer. The application writes nothing more.</summary>
    public async ValueTask FinishAsync()
    {
        Phase phase = _phase;
        if (phase == Phase.Passing) return;

        if (phase == Phase.Sending && _hash is not null && _proof is not null)
        {
            _proof.SetTrailer(Response, _sent == 0 ? null : DigestOf(_hash.GetHashAndReset()));
        }
        else
        {
            ProofHeader.RemoveTrailer(Response);
        }

        if (phase == Phase.Sending)
        {
            _phase = Phase.Passing;
            return;
        }

        ReadOnlyMemory<byte> content = _held!.WrittenMemory;
        if (phase == Phase.Holding) PrepareContent(content.Span);
        await _inner.StartAsync(_context.RequestAborted); // sets the proof, or replaces the response
        bool isKept = _phase == Phase.Holding;
        _phase = Phase.Passing;
        if (isKept && content.Length > 0) await _inner.Stream.WriteAsync(content, _context.RequestAborted);
    }

    public void Release() => _hash?.Dispose();

    /// <summary>Throws where the server would, although what is held back waits for nothing.</summary>
    public void RequireSynchronous()
    {
        if (_context.Features.Get<IHttpBodyControlFeature>() is not { AllowSynchronousIO: false }) return;
        throw new InvalidOperationException(
            "Synchronous operations are disallowed. Call WriteAsync or set AllowSynchronousIO to true instead.");
    }

    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (IsPassing) return _inner.StartAsync(cancellationToken);
        HasBegun = true;
        bool isHeld = !IsHolding || Fits(0); // no flush: HttpResponse.WriteAsync and serializers call this, too
        return isHeld ? Task.CompletedTask : SendHeldAsync(default, cancellationToken).AsTask();
    }

    public async Task CompleteAsync()
    {
        await FinishAsync();
        await _inner.CompleteAsync();
    }

    public void DisableBuffering()
    {
        _isUnbuffered = true;
        _inner.DisableBuffering();
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        IsPassing
            ? _inner.SendFileAsync(path, offset, count, cancellationToken)
            : SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (IsPassing) return _inner.Stream.WriteAsync(content, cancellationToken);

        HasBegun = true;
        if (_phase == Phase.Holding && !Fits(content.Length)) return SendHeldAsync(content, cancellationToken);
        if (_phase == Phase.Sending) return SendAsync(content, cancellationToken);
        if (_phase == Phase.Holding) _held!.Write(content.Span);
        return default;
    }

    /// <param name="isOfStream">Whether the stream was flushed, and not the writer.</param>
    /// <param name="cancellationToken">Stops the sending.</param>
    public async ValueTask FlushAsync(bool isOfStream, CancellationToken cancellationToken)
    {
        HasBegun = true;
        if (_phase == Phase.Holding && (!Fits(0) || IsFlush(isOfStream)))
        {
            await SendHeldAsync(default, cancellationToken);
        }

        _flushed = _held?.WrittenCount ?? 0;
        if (_phase is Phase.Passing or Phase.Sending) await _inner.Stream.FlushAsync(cancellationToken);
    }

    /// <summary>Returns memory for a writer to fill.</summary>
    public Memory<byte> GetMemory(int sizeHint) =>
        _phase is Phase.Holding or Phase.Dropping ? _held!.GetMemory(sizeHint) : _inner.Writer.GetMemory(sizeHint);

    /// <summary>Takes what a writer has filled.</summary>
    public void Advance(ReadOnlySpan<byte> written)
    {
        if (!IsPassing) HasBegun = true;
        if (_phase == Phase.Holding)
        {
            _held!.Advance(written.Length);
        }
        else if (_phase is Phase.Passing or Phase.Sending)
        {
            Count(written);
            _inner.Writer.Advance(written.Length);
        }
    }

    /// <summary>Ends the response in an error: no proof is made, and the server closes the connection.</summary>
    public void Abandon() => _phase = Phase.Passing;

    private bool Fits(int length)
    {
        if (IsRejected) return true;
        bool isUnbuffered = _isUnbuffered || IsStream(Response.ContentType);
        int limit = _demand!.MaxHeldContent;
        return !isUnbuffered && _held!.WrittenCount + (long)length <= limit && !(Response.ContentLength > limit);
    }

    // Of gRPC each message may be the one that the client waits for before it sends the next.
    private static bool IsStream(string? contentType) =>
        contentType is not null
        && (contentType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase)
            || contentType.Equals("application/grpc", StringComparison.OrdinalIgnoreCase)
            || contentType.StartsWith("application/grpc+", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Whether the application flushes, so that the response starts. A flush of the stream always does. Writers are
    /// flushed by the framework, too: by each WriteAsync, at the end of content and when a buffer is full. So a flush
    /// of the writer counts only when the first one was a second ago.
    /// </summary>
    /// <remarks>
    /// Middleware that replaces the body, such as compression, flushes this stream for each flush of its writer; its
    /// flushes count likewise, and in any case without anything new. Middleware that replaces the stream alone, such as
    /// output caching, flushes it when the response starts, which each WriteAsync does: that does not count before
    /// there is content.
    /// </remarks>
    private bool IsFlush(bool isOfStream)
    {
        if (IsRejected) return false;
        IHttpResponseBodyFeature? body = _context.Features.Get<IHttpResponseBodyFeature>();
        if (body is StreamResponseBodyFeature && _held!.WrittenCount == 0) return false;
        bool isReplaced = !ReferenceEquals(body, this);
        if (isOfStream && (!isReplaced || HeldUnflushed == 0)) return true;
        TimeProvider time = _demand!.Time;
        long first = _firstFlush ??= time.GetTimestamp();
        return time.GetElapsedTime(first) >= _longestHold;
    }

    // Headers, what was held, and what comes with it.
    private async ValueTask SendHeldAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> held = _held!.WrittenMemory;
        _phase = Phase.Sending;
        if (CanHaveContent && Response.SupportsTrailers())
        {
            _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            _digest = ProvenResponse.DigestInTrailer;
            Response.DeclareTrailer(ResponseProver.HeaderName);
        }

        await _inner.StartAsync(cancellationToken); // sets the proof, or replaces the response
        if (_phase != Phase.Sending) return;
        _held = null;
        if (held.Length > 0) await SendAsync(held, cancellationToken);
        if (content.Length > 0) await SendAsync(content, cancellationToken);
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Count(content.Span);
        return _inner.Stream.WriteAsync(content, cancellationToken);
    }

    private void Count(ReadOnlySpan<byte> content)
    {
        _hash?.AppendData(content);
        _sent += content.Length;
    }

    private void PrepareContent(ReadOnlySpan<byte> content)
    {
        if (IsRejected && content.Length > MaxHeldContent)
        {
            Replace(Response.StatusCode);
            return;
        }

        RequireContent(content.Length);
        _digest = content.IsEmpty ? null : DigestOf(SHA256.HashData(content));
        IHeaderDictionary headers = Response.Headers;
        if (CanHaveContent && headers.TransferEncoding.Count == 0) headers.ContentLength ??= content.Length;
    }

    // The server would throw when the headers are out.
    private void RequireContent(int length)
    {
        if (!CanHaveContent && length > 0)
        {
            throw new InvalidOperationException(
                $"A response with status {Response.StatusCode} has no content, but {length} bytes were written to it.");
        }

        if (CanHaveContent && Response.ContentLength is { } stated && stated != length)
        {
            throw new InvalidOperationException(
                $"The response states Content-Length {stated}, but {length} bytes were written to it.");
        }
    }

    private static string DigestOf(byte[] hash) => $"sha-256=:{Convert.ToBase64String(hash)}:";
}
