using System.Security.Cryptography;
using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests.Protocols.Version4;

public class RequestKeyTests
{
    [Fact]
    public void A_cipher_that_is_out_is_not_given_to_another()
    {
        var key = new RequestKey(new byte[32]);
        AesGcm first = key.Rent()!, second = key.Rent()!;
        Assert.NotSame(first, second);
        key.Return(first);
        Assert.Same(first, key.Rent());
    }

    [Fact]
    public void Encryptions_are_counted_and_nothing_else()
    {
        var key = new RequestKey(new byte[32]);
        key.Return(key.RentToEncrypt()!);
        key.Return(key.Rent()!);
        key.Return(key.RentToEncrypt()!);
        Assert.Equal(2, key.Encryptions);
    }

    [Fact]
    public void More_ciphers_than_there_are_places_for_can_be_out()
    {
        var key = new RequestKey(new byte[32]);
        AesGcm[] ciphers = [.. Enumerable.Range(0, Environment.ProcessorCount + 3).Select(_ => key.Rent()!)];
        Assert.Equal(ciphers.Length, ciphers.Distinct().Count());
        foreach (AesGcm cipher in ciphers) key.Return(cipher);
        AesGcm[] again = [.. ciphers.Select(_ => key.Rent()!)];
        Assert.Equal(again.Length, again.Distinct().Count());
        foreach (AesGcm cipher in again) Use(cipher); // none of them disposed
    }

    [Fact]
    public void Dropping_it_zeroes_the_key_and_ends_renting()
    {
        byte[] bytes = [.. Craft4.SessionKey];
        var key = new RequestKey(bytes);
        AesGcm idle = key.Rent()!, held = key.Rent()!;
        key.Return(idle);
        key.Drop();
        Assert.Equal(new byte[32], bytes);
        Assert.Null(key.Rent());
        Assert.Throws<ObjectDisposedException>(() => Use(idle));
        Use(held); // who holds a cipher may finish
        key.Return(held);
        Assert.Throws<ObjectDisposedException>(() => Use(held));
    }

    [Fact]
    public void A_cipher_that_comes_back_after_the_drop_is_not_rented_again()
    {
        var key = new RequestKey([.. Craft4.SessionKey]);
        AesGcm held = key.Rent()!;
        key.Drop();
        key.Return(held);
        Assert.Null(key.Rent());
    }

    [Fact]
    public void It_shows_nothing_of_itself() => Assert.Equal("RequestKey", new RequestKey([.. Craft4.SessionKey]).ToString());

    [Fact]
    public void Threads_at_once_never_disturb_each_other()
    {
        var key = new RequestKey([.. Craft4.SessionKey]);
        Threads.Run(8, thread =>
        {
            byte[] text = [.. Enumerable.Repeat((byte)thread, 100)], tag = new byte[16], nonce = new byte[12];
            for (int round = 0; round < 500; round++)
            {
                BitConverter.TryWriteBytes(nonce, (thread * 1000) + round);
                AesGcm cipher = key.Rent()!;
                byte[] sealedText = new byte[100], opened = new byte[100];
                cipher.Encrypt(nonce, text, sealedText, tag);
                cipher.Decrypt(nonce, sealedText, tag, opened);
                key.Return(cipher);
                Assert.Equal(text, opened);
            }
        });
    }

    private static void Use(AesGcm cipher) => cipher.Encrypt(new byte[12], new byte[1], new byte[1], new byte[16]);
}
