namespace TrustedApps.Tool.Cases;

/// <summary>Reads lines of bytes. A line that is too long is skipped, and takes no memory.</summary>
internal sealed class LineReader(Stream stream, int maxLength)
{
    private byte[] _buffer = new byte[Math.Min(65_536, maxLength + 1)];
    private int _start;
    private int _end;

    /// <summary>The next line without its line feed; its bytes stay until the next call. Null at the end.</summary>
    public async ValueTask<Line?> ReadAsync(CancellationToken cancellationToken)
    {
        int searched = 0;
        bool isTooLong = false;
        while (true)
        {
            int length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0) return Take(searched + length, 1, isTooLong);

            searched = _end - _start;
            if (searched > maxLength) (isTooLong, searched, _start, _end) = (true, 0, 0, 0);
            MakeRoom();
            int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0) return searched > 0 || isTooLong ? Take(searched, 0, isTooLong) : null;
            _end += read;
        }
    }

    private Line Take(int length, int terminator, bool isTooLong)
    {
        var line = new Line(isTooLong ? default : _buffer.AsMemory(_start, length), isTooLong);
        _start += length + terminator;
        return line;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, maxLength + 1));
    }
}

/// <summary>A line of bytes.</summary>
internal readonly record struct Line(ReadOnlyMemory<byte> Bytes, bool IsTooLong)
{
    public bool IsBlank => !IsTooLong && Bytes.Span.IndexOfAnyExcept(" \t\r"u8) < 0;
}
