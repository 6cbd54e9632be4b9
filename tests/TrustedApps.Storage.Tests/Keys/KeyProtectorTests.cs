using System.Text;
using TrustedApps.Keys;
using TrustedApps.Storage.Keys;

namespace TrustedApps.Storage.Tests.Keys;

public sealed class KeyProtectorTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seal-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_is_sealed_opens_with_the_same_folder_in_another_process()
    {
        byte[] closed = KeyProtector.Of(_folder.FullName).Protect(TestKeys.Tracker);

        ApplicationKeys opened = KeyProtector.Of(_folder.FullName).Unprotect("tracker", closed);

        Assert.Equal(TestKeys.Tracker.Keys.Select(key => key.PublicKey), opened.Keys.Select(key => key.PublicKey));
    }

    [Fact]
    public void Nothing_of_a_private_key_can_be_read_from_what_is_sealed()
    {
        string closed = Encoding.Latin1.GetString(KeyProtector.Of(_folder.FullName).Protect(TestKeys.Tracker));

        Assert.DoesNotContain("\"d\"", closed, StringComparison.Ordinal);
        Assert.DoesNotContain("tracker", closed, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_folder_does_not_open_it_and_the_message_says_what_to_do()
    {
        byte[] closed = KeyProtector.Of(_folder.FullName).Protect(TestKeys.Tracker);
        using var other = new KeyProtectorTests();

        var failure = Assert.Throws<InvalidOperationException>(() => KeyProtector.Of(other._folder.FullName).Unprotect("tracker", closed));

        Assert.Contains($"cannot be decrypted with the key folder {other._folder.FullName}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("restore it from a backup", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_keys_of_one_application_do_not_open_in_the_place_of_anothers()
    {
        KeyProtector seal = KeyProtector.Of(_folder.FullName);

        Assert.Throws<InvalidOperationException>(() => seal.Unprotect("wiki", seal.Protect(TestKeys.Tracker)));
    }

    [Fact]
    public void What_was_changed_does_not_open()
    {
        KeyProtector seal = KeyProtector.Of(_folder.FullName);
        byte[] closed = seal.Protect(TestKeys.Tracker);

        for (int index = 0; index < closed.Length; index += 97)
        {
            byte[] changed = [.. closed];
            changed[index] ^= 1;
            Assert.Throws<InvalidOperationException>(() => seal.Unprotect("tracker", changed));
        }
    }

    [Fact]
    public void A_new_folder_is_its_owners_alone()
    {
        if (OperatingSystem.IsWindows()) return; // modes of Unix
        string folder = Path.Combine(_folder.FullName, "ring");

        KeyProtector.Of(folder).Protect(TestKeys.Tracker);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
    }
}
