using System.Runtime.InteropServices;
using System.Text;

namespace CaseFoldingReport;

/// <summary>The library that .NET itself normalizes with, asked directly.</summary>
internal static unsafe class Icu
{
    private const int MaxLength = 4096; // characters
    private const int OurVersion = 16; // of Unicode

    private static readonly (nint Library, int Version) _icu = Load();
    private static readonly nint _casefold = Instance("unorm2_getNFKCCasefoldInstance");
    private static readonly nint _decomposed = Instance("unorm2_getNFDInstance");

    /// <summary>Whether all characters are assigned, or not, in ICU's version of Unicode as in ours.</summary>
    public static bool Knows(string text)
    {
        byte* age = stackalloc byte[4];
        foreach (Rune rune in text.EnumerateRunes())
        {
            ((delegate* unmanaged<int, byte*, void>)Symbol("u_charAge"))(rune.Value, age);
            if (age[0] is 0 or > OurVersion) return false;
        }

        return true;
    }

    /// <summary>NFKC_Casefold of decomposed text (definition D147), decomposed.</summary>
    public static string FoldDecomposed(string text) =>
        Normalize(_decomposed, Normalize(_casefold, Normalize(_decomposed, text)));

    private static string Normalize(nint normalizer, string text)
    {
        var normalize = (delegate* unmanaged<nint, char*, int, char*, int, int*, int>)Symbol("unorm2_normalize");
        char* result = stackalloc char[MaxLength];
        int error = 0, length;
        fixed (char* source = text) length = normalize(normalizer, source, text.Length, result, MaxLength, &error);
        return error <= 0 ? new string(result, 0, length) : throw new InvalidOperationException($"ICU says {error}.");
    }

    private static nint Instance(string name)
    {
        int error = 0;
        return ((delegate* unmanaged<int*, nint>)Symbol(name))(&error);
    }

    private static nint Symbol(string name) => NativeLibrary.GetExport(_icu.Library, $"{name}_{_icu.Version}");

    private static (nint Library, int Version) Load()
    {
        for (int version = 99; version >= 60; version--)
        {
            if (NativeLibrary.TryLoad($"libicuuc.so.{version}", out nint library)) return (library, version);
        }

        throw new DllNotFoundException("There is no ICU, though .NET uses it.");
    }
}
