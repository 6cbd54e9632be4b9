namespace TrustedApps.Protocols.Atlassian;

/// <summary>RC4, as versions 1 and 2 encrypt with. Broken; nothing newer may use it (docs/adr/0001).</summary>
internal static class Rc4
{
    /// <summary>Encrypts or decrypts in place.</summary>
    public static void Transform(ReadOnlySpan<byte> key, Span<byte> data)
    {
        Span<byte> state = stackalloc byte[256];
        for (int index = 0; index < 256; index++) state[index] = (byte)index;

        byte j = 0;
        for (int index = 0; index < 256; index++)
        {
            j += (byte)(state[index] + key[index % key.Length]);
            (state[index], state[j]) = (state[j], state[index]);
        }

        (byte i, j) = (0, 0);
        for (int position = 0; position < data.Length; position++)
        {
            j += state[++i];
            (state[i], state[j]) = (state[j], state[i]);
            data[position] ^= state[(byte)(state[i] + state[j])];
        }

        state.Clear();
    }
}
