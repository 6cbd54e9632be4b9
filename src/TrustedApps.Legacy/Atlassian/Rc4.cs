namespace TrustedApps.Legacy.Atlassian;

/// <summary>
/// RC4, as versions 1 and 2 encrypt with. Broken; nothing newer may use it (docs/adr/0001). Holds the state that a key
/// makes, from which each text starts anew. Immutable; safe for concurrent use.
/// </summary>
internal sealed class Rc4
{
    private const int StateSize = 256;

    private readonly byte[] _start = new byte[StateSize];

    public Rc4(ReadOnlySpan<byte> key) => Schedule(key, _start);

    /// <summary>Encrypts or decrypts in place.</summary>
    public void Transform(Span<byte> data)
    {
        Span<byte> state = stackalloc byte[StateSize];
        _start.CopyTo(state);
        Transform(state, data);
    }

    /// <summary>Encrypts or decrypts in place, under a key that is used once.</summary>
    public static void Transform(ReadOnlySpan<byte> key, Span<byte> data)
    {
        Span<byte> state = stackalloc byte[StateSize];
        Schedule(key, state);
        Transform(state, data);
    }

    private static void Schedule(ReadOnlySpan<byte> key, Span<byte> state)
    {
        for (int index = 0; index < StateSize; index++) state[index] = (byte)index;

        byte j = 0;
        for (int index = 0; index < StateSize; index++)
        {
            j += (byte)(state[index] + key[index % key.Length]);
            (state[index], state[j]) = (state[j], state[index]);
        }
    }

    private static void Transform(Span<byte> state, Span<byte> data)
    {
        (byte i, byte j) = (0, 0);
        for (int position = 0; position < data.Length; position++)
        {
            j += state[++i];
            (state[i], state[j]) = (state[j], state[i]);
            data[position] ^= state[(byte)(state[i] + state[j])];
        }

        state.Clear();
    }
}
