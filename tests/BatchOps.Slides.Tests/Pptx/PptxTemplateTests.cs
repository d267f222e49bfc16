using System.IO.Compression;
using System.Text;
using BatchOps.Slides.Pptx;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace BatchOps.Slides.Tests.Pptx;

public sealed class PptxTemplateTests
{
    [Fact]
    public void Open_MissingFile_NamesIt()
    {
        var error = Assert.Throws<DeckException>(() => PptxTemplate.Open("/nowhere/at all.pptx"));

        Assert.Equal(DeckFault.TemplateNotFound, error.Fault);
        Assert.Contains("/nowhere/at all.pptx", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Folder_IsNoTemplate()
    {
        using var folder = new TempFolder();

        Assert.Equal(DeckFault.TemplateNotFound, Assert.Throws<DeckException>(() => PptxTemplate.Open(folder.Name)).Fault);
    }

    [Fact]
    public void Read_Empty_SaysSo() => Fails([], DeckFault.NotAPresentation, "empty");

    [Fact]
    public void Read_OtherFile_SaysSo() => Fails(Encoding.ASCII.GetBytes("%PDF-1.7 ...."), DeckFault.NotAPresentation, "no .pptx");

    [Fact]
    public void Read_PasswordProtected_SaysHowToGoOn() =>
        Fails([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[100], .. Encoding.Unicode.GetBytes("EncryptedPackage")], DeckFault.Encrypted, "password");

    [Fact]
    public void Read_OldBinaryFormat_SaysHowToGoOn() =>
        Fails([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[100]], DeckFault.Encrypted, "save it as .pptx");

    [Fact]
    public void Read_Strict_SaysHowToGoOn() =>
        Fails(Package.Edit(Plain(), "_rels/.rels", text => text.Replace("http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument", "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument", StringComparison.Ordinal)), DeckFault.Strict, "Strict");

    [Fact]
    public void Read_MacroEnabled_SaysHowToGoOn()
    {
        using var deck = new Deck(PresentationDocumentType.MacroEnabledPresentation);
        deck.AddTexts("x");

        Fails(deck.Save(), DeckFault.MacroEnabled, "macros");
    }

    [Fact]
    public void Read_Workbook_SaysSo()
    {
        using var file = new MemoryStream();
        using (var book = SpreadsheetDocument.Create(file, SpreadsheetDocumentType.Workbook))
        {
            book.AddWorkbookPart().Workbook = new Workbook();
        }

        Fails(file.ToArray(), DeckFault.NotAPresentation, "an Excel workbook");
    }

    [Fact]
    public void Read_PlainArchive_SaysSo()
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.CreateEntry("a.txt");
        }

        Fails(file.ToArray(), DeckFault.NotAPresentation, "no presentation");
    }

    [Fact]
    public void Read_CutShort_IsDamaged() => Fails(Plain()[..^100], DeckFault.Damaged, "damaged");

    [Fact]
    public void Read_BrokenXml_NamesThePart() => Fails(Package.Edit(Plain(), "ppt/slides/slide1.xml", text => text[..^20]), DeckFault.Damaged, "/ppt/slides/slide1.xml");

    [Fact]
    public void Read_DocumentType_IsRefused() => Fails(Package.Edit(Plain(), "ppt/slides/slide1.xml", text => "<!DOCTYPE p [<!ENTITY x \"y\">]>" + text[(text.IndexOf("?>", StringComparison.Ordinal) is var at and >= 0 ? at + 2 : 0)..]), DeckFault.Damaged, "slide1.xml");

    [Fact]
    public void Read_MissingSlide_NamesIt() => Fails(Package.Edit(Plain(), "ppt/presentation.xml", text => text.Replace("r:id=\"rIdSlide256\"", "r:id=\"rIdNone\"", StringComparison.Ordinal)), DeckFault.Damaged, "slide 1");

    [Fact]
    public void Read_ElementsWithoutEnd_AreRefused() =>
        Fails(Package.Edit(Plain(), "ppt/slides/slide1.xml", text => text.Replace("</p:sld>", string.Concat(Enumerable.Repeat("<p:x>", 100_000)) + string.Concat(Enumerable.Repeat("</p:x>", 100_000)) + "</p:sld>", StringComparison.Ordinal)), DeckFault.Damaged, "deeper");

    [Fact]
    public void Read_Bomb_IsRefusedBeforeItUnpacks()
    {
        var bomb = Package.Edit(Plain(), "ppt/slides/slide1.xml", text => text + new string(' ', 5 << 20));

        Fails(bomb, DeckFault.TooLarge, "too large", new DeckLimits { XmlPartBytes = 1 << 20 });
        Fails(bomb, DeckFault.TooLarge, "too large", new DeckLimits { UnpackedBytes = 1 << 20 });
        Fails(bomb, DeckFault.TooLarge, "entries", new DeckLimits { Entries = 3 });
    }

    [Fact]
    public void Open_FileAboveTheLimit_IsNotRead()
    {
        using var folder = new TempFolder();
        var path = folder.Write("t.pptx", Plain());

        Assert.Equal(DeckFault.TooLarge, Assert.Throws<DeckException>(() => PptxTemplate.Open(path, limits: new DeckLimits { FileBytes = 100 })).Fault);
    }

    [Fact]
    public void Tokens_ListNameSlideAndShape()
    {
        using var deck = new Deck();
        deck.AddTexts("x");
        deck.AddTexts("{{a:N2}}", "{{#if b}}");

        var template = PptxTemplate.Read(deck.Save(), "t.pptx");

        Assert.Equal(2, template.SlideCount);
        Assert.Equal([("{{a:N2}}", 2, "Shape 1"), ("{{#if b}}", 2, "Shape 2")], template.Tokens.Select(token => (token.Token, token.Slide!.Value, token.Shape!)));
    }

    private static byte[] Plain()
    {
        using var deck = new Deck();
        deck.AddTexts("x");
        return deck.Save();
    }

    private static void Fails(byte[] file, DeckFault fault, string says, DeckLimits? limits = null)
    {
        var error = Assert.Throws<DeckException>(() => PptxTemplate.Read(file, "my template.pptx", limits: limits));

        Assert.Equal(fault, error.Fault);
        Assert.Contains("'my template.pptx'", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }
}
