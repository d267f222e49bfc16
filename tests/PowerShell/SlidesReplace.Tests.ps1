BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1" -Force
    $ErrorActionPreference = 'Continue'
    $template = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../examples/templates/quarterly.pptx")
    Import-Module ([System.IO.Path]::GetFullPath("$PSScriptRoot/../../examples/BarChart.psm1"))

    # Everything that the template asks for.
    function New-Record([string] $Customer, [hashtable] $With = @{}) {
        $record = [ordered] @{
            customer = $Customer; quarter = 'Q4'; contact = 'Ada'; date = [datetime] '2027-01-11'; plan = 'Premium'; premium = 'true'; region = 'Europe'
            revenue = 1284000; growth = 0.124; orders = 8412; q1 = 1; q2 = 2; q3 = 3; q4 = 4
        }
        foreach ($name in $With.Keys) { $record[$name] = $With[$name] }
        [pscustomobject] $record
    }

    # The text of a deck's slides and notes, as another program reads it from the file.
    function Get-DeckText([string] $Path) {
        $zip = [System.IO.Compression.ZipFile]::OpenRead($Path)
        try {
            foreach ($entry in $zip.Entries | Where-Object FullName -Match '^ppt/(slides|notesSlides)/[^/]+\.xml$' | Sort-Object FullName) {
                $reader = [System.IO.StreamReader]::new($entry.Open())
                ([xml] $reader.ReadToEnd()).SelectNodes('//*[local-name()="p"]') | ForEach-Object { -join $_.SelectNodes('.//*[local-name()="t"]').InnerText }
                $reader.Dispose()
            }
        }
        finally { $zip.Dispose() }
    }

    $common = @{
        Section = [pscustomobject] @{ Slug = 'outlook'; Title = 'Outlook'; Body = 'Up.'; Chart = "$TestDrive/bars.png" }
        Image   = @{ '{{logo}}' = "$TestDrive/bars.png" }
        Culture = 'en-US'
    }
    Export-BarChart -Value 1, 2, 3 -Path "$TestDrive/bars.png" -Width 100 -Height 100
}

Describe 'Start-SlidesReplace, decks of a template' {
    BeforeAll { Push-Location $TestDrive }
    AfterAll { Pop-Location }

    It 'makes a deck per record, and says of each what was done' {
        $decks = @('Contoso', 'Fabrikam' | ForEach-Object { New-Record $_ } | Start-SlidesReplace $template 'a/{{customer}}.pptx' @common -Ordered)

        $decks.Presentation | Should -Be 'Contoso', 'Fabrikam'
        $decks.Status | Should -Be 'Succeeded', 'Succeeded'
        $decks[0].pstypenames[0] | Should -Be 'BatchOps.SlidesResult'
        $decks[0].Path | Should -Be (Join-Path $TestDrive 'a/Contoso.pptx')
        $decks[0].Record.customer | Should -Be 'Contoso'
        $decks[0].Slides | Should -Be 5
        $decks[0].ImagesReplaced | Should -Be 2
        $decks[0].Unresolved | Should -HaveCount 0
        $decks[0].Phases.Phase | Should -Contain 'Validation'
        $text = Get-DeckText $decks[1].Path
        $text | Should -Contain 'Fabrikam'
        $text | Should -Contain '$1,284,000'
        $text | Should -Contain 'Q4, prepared for Ada on 11 January 2027'
        $text | Where-Object { $_ -match '\{\{' } | Should -BeNullOrEmpty
    }

    It 'takes hashtables, and properties that a script computes' {
        $record = New-Record 'x' | Add-Member -PassThru -MemberType ScriptProperty -Name orders -Value { 40 + 2 } -Force
        $table = @{}
        (New-Record 'table').psobject.Properties | ForEach-Object { $table[$_.Name] = $_.Value }
        $decks = @($record, $table | Start-SlidesReplace $template 'b/{{customer}}.pptx' @common -Ordered)
        $decks.Status | Should -Be 'Succeeded', 'Succeeded'
        Get-DeckText $decks[0].Path | Should -Contain '42'
        Get-DeckText $decks[1].Path | Should -Contain 'table'
    }

    It 'makes one deck of -Text alone' {
        $text = @{}
        (New-Record 'Alone').psobject.Properties | ForEach-Object { $text[$_.Name] = $_.Value }
        $deck = Start-SlidesReplace $template 'c/one.pptx' -Text $text @common
        $deck.Status | Should -Be 'Succeeded'
        Get-DeckText $deck.Path | Should -Contain 'Alone'
    }

    It 'leaves out the slide whose condition does not hold' {
        $deck = New-Record 'Small' @{ premium = '' } | Start-SlidesReplace $template 'd/{{customer}}.pptx' @common
        $deck.Slides | Should -Be 4
    }

    It 'fills notes of slides by number, title and section' {
        $deck = New-Record 'Noted' | Start-SlidesReplace $template 'e/{{customer}}.pptx' @common -Notes @{ 2 = 'First {{customer}}'; outlook = 'Second {{region}}' }
        $deck.NotesReplaced | Should -Be 2
        Get-DeckText $deck.Path | Should -Contain 'First Noted'
        Get-DeckText $deck.Path | Should -Contain 'Second Europe'
    }

    It 'fails a deck with tokens left, names each with slide and shape, and leaves no file' {
        $decks = @((New-Record 'Whole'), ([pscustomobject] @{ customer = 'Torn' }) | Start-SlidesReplace $template 'f/{{customer}}.pptx' @common -Ordered -ErrorVariable failed -ErrorAction SilentlyContinue)
        $decks.Status | Should -Be 'Succeeded', 'Failed'
        $decks[1].Unresolved.Token | Should -Contain '{{revenue:C0}}'
        ($decks[1].Unresolved | Where-Object Token -eq '{{contact}}').Slide | Should -Contain 2
        $decks[1].Error.FullyQualifiedErrorId | Should -Match '^BatchItemFailed'
        $failed | Should -HaveCount 1
        $failed[0].TargetObject.customer | Should -Be 'Torn'
        Get-ChildItem f | Should -HaveCount 1
    }

    It 'writes a deck with tokens left when it is told to' {
        $deck = [pscustomobject] @{ customer = 'Torn' } | Start-SlidesReplace $template 'g/{{customer}}.pptx' @common -AllowUnresolved
        $deck.Status | Should -Be 'Succeeded'
        $deck.Path | Should -Exist
        $deck.Unresolved.Count | Should -BeGreaterThan 5
    }

    It 'gives one object per slide with -PerSlide' {
        $slides = @(New-Record 'Slides' | Start-SlidesReplace $template 'h/{{customer}}.pptx' @common -PerSlide)
        $slides | Should -HaveCount 5
        $slides[0].pstypenames[0] | Should -Be 'BatchOps.SlideResult'
        $slides.Slide | Should -Be (1..5)
        $slides[0].ImagesReplaced | Should -Be 1
        $slides[0].Presentation | Should -Be 'Slides'
    }

    It 'takes other delimiters' {
        $deck = [pscustomobject] @{ customer = 'x' } | Start-SlidesReplace $template 'i/<<customer>>.pptx' -Delimiter '<<', '>>'
        $deck.Status | Should -Be 'Succeeded'
        $deck.TextReplaced | Should -Be 0
        $deck.Path | Should -Be (Join-Path $TestDrive 'i/x.pptx')
    }

    It 'fails the second of two records with one name, and makes the first' {
        $decks = @('Same', 'same' | ForEach-Object { New-Record $_ } | Start-SlidesReplace $template 'j/{{customer}}.pptx' @common -Ordered -ErrorAction SilentlyContinue)
        $decks.Status | Should -Be 'Succeeded', 'Failed'
        "$($decks[1].Error)" | Should -Match 'deck of another record already'
    }

    It 'gives equal records one deck between them with -Deduplicate' {
        $decks = @((New-Record 'Twin'), (New-Record 'Twin') | Start-SlidesReplace $template 'k/{{customer}}.pptx' @common -Deduplicate)
        $decks.Status | Should -Be 'Succeeded', 'Succeeded'
    }

    It 'keeps names made of data inside the output folder' {
        $deck = New-Record '../../evil' | Start-SlidesReplace $template 'l/{{customer}}.pptx' @common
        $deck.Path | Should -Be (Join-Path $TestDrive 'l/.._.._evil.pptx')
        $deck.Path | Should -Exist
    }

    It 'does not replace a file with -NoClobber' {
        $null = New-Record 'There' | Start-SlidesReplace $template 'm/{{customer}}.pptx' @common
        $before = (Get-Item m/There.pptx).LastWriteTimeUtc
        $deck = New-Record 'There' | Start-SlidesReplace $template 'm/{{customer}}.pptx' @common -NoClobber -ErrorAction SilentlyContinue
        $deck.Status | Should -Be 'Failed'
        (Get-Item m/There.pptx).LastWriteTimeUtc | Should -Be $before
    }

    It 'takes the template from the record' {
        $null = New-Item -ItemType Directory t
        Copy-Item $template t/de.pptx
        $decks = @((New-Record 'A' @{ language = 'de' }), (New-Record 'B' @{ language = 'fr' }) | Start-SlidesReplace 't/{{language}}.pptx' 'n/{{customer}}.pptx' @common -Ordered -ErrorAction SilentlyContinue)
        $decks.Status | Should -Be 'Succeeded', 'Failed'
        "$($decks[1].Error)" | Should -Match 'There is no template .*fr\.pptx'
    }

    It 'gives -AsResult objects that hold the deck' {
        $item = New-Record 'Wrapped' | Start-SlidesReplace $template 'o/{{customer}}.pptx' @common -AsResult
        $item.Status | Should -Be 'Succeeded'
        $item.InputObject.customer | Should -Be 'Wrapped'
        $item.Output.Presentation | Should -Be 'Wrapped'
    }

    It 'runs as a job' {
        $job = 'J1', 'J2' | ForEach-Object { New-Record $_ } | Start-SlidesReplace $template 'p/{{customer}}.pptx' @common -AsJob
        $decks = $job | Receive-Job -Wait -AutoRemoveJob
        $decks.Status | Should -Be 'Succeeded', 'Succeeded'
    }
}

Describe 'Start-SlidesReplace, decks in place' {
    BeforeEach {
        Push-Location (New-Item -ItemType Directory "$TestDrive/$([guid]::NewGuid())")
        Copy-Item $template one.pptx
        Copy-Item $template two.pptx
        $text = @{}
        (New-Record 'Placed').psobject.Properties | ForEach-Object { $text[$_.Name] = $_.Value }
    }

    AfterEach { Pop-Location }

    It 'fills one deck and keeps what it was beside it' {
        $deck = Start-SlidesReplace -Path one.pptx -InPlace -Text $text @common
        $deck.Status | Should -Be 'Succeeded'
        $deck.BackupPath | Should -Be (Join-Path $PWD 'one.backup.pptx')
        (Get-FileHash one.backup.pptx).Hash | Should -Be (Get-FileHash two.pptx).Hash
        Get-DeckText (Join-Path $PWD one.pptx) | Should -Contain 'Placed'
    }

    It 'fills all that a wildcard stands for' {
        $decks = @(Start-SlidesReplace -Path *.pptx -InPlace -Text $text @common)
        $decks.Presentation | Sort-Object | Should -Be 'one', 'two'
    }

    It 'takes files from the pipeline' {
        $decks = @(Get-ChildItem *.pptx | Start-SlidesReplace -InPlace -Text $text @common)
        $decks.Status | Should -Be 'Succeeded', 'Succeeded'
    }

    It 'takes the deck from the record' {
        $decks = @((New-Record 'A' @{ file = 'one' }), (New-Record 'B' @{ file = 'two' }) | Start-SlidesReplace -Path '{{file}}.pptx' -InPlace @common -Ordered)
        $decks.Status | Should -Be 'Succeeded', 'Succeeded'
        Get-DeckText (Join-Path $PWD two.pptx) | Should -Contain 'B'
    }

    It 'leaves a deck that can not be filled as it was' {
        $before = (Get-FileHash one.pptx).Hash
        $deck = Start-SlidesReplace -Path one.pptx -InPlace -Text @{ customer = 'x' } -ErrorAction SilentlyContinue
        $deck.Status | Should -Be 'Failed'
        (Get-FileHash one.pptx).Hash | Should -Be $before
        Get-ChildItem *.backup.* | Should -BeNullOrEmpty
    }

    It 'fails for a deck that is not there, and fills the others' {
        $decks = @('missing.pptx', 'one.pptx' | ForEach-Object { [pscustomobject] @{ file = $_ } } | Start-SlidesReplace -Path '{{file}}' -InPlace -Text $text @common -Ordered -ErrorAction SilentlyContinue)
        $decks.Status | Should -Be 'Failed', 'Succeeded'
    }
}

Describe 'Start-SlidesReplace, before anything starts' {
    BeforeAll { Push-Location $TestDrive }
    AfterAll { Pop-Location }

    It 'refuses a template that <What>' -ForEach @(
        @{ What = 'is not there'; Id = 'DeckTemplateNotFound'; Make = { 'nowhere.pptx' } }
        @{ What = 'is no presentation'; Id = 'DeckNotAPresentation'; Make = { Set-Content text.pptx 'hello'; 'text.pptx' } }
        @{ What = 'is damaged'; Id = 'DeckDamaged'; Make = { [System.IO.File]::WriteAllBytes("$TestDrive/cut.pptx", [System.IO.File]::ReadAllBytes($template)[0..9000]); 'cut.pptx' } }
    ) {
        $path = & $Make
        { New-Record x | Start-SlidesReplace $path 'q/{{customer}}.pptx' @common } | Should -Throw -ErrorId "$Id,*" -ExceptionType ([System.Management.Automation.PSArgumentException])
        'q' | Should -Not -Exist
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'an image that is not there'; Id = 'DeckImageNotFound'; With = @{ Image = @{ logo = 'no.png' } } }
        @{ What = 'a section without a slug'; Id = 'SectionInvalid'; With = @{ Section = [pscustomobject] @{ title = 'x' } } }
        @{ What = 'a delimiter of letters'; Id = 'DeckOptionsInvalid'; With = @{ Delimiter = 'ab' } }
        @{ What = 'notes that are no table'; Id = 'NotesInvalid'; With = @{ Notes = 7 } }
        @{ What = 'an image that is no path'; Id = 'ImageInvalid'; With = @{ Image = @{ logo = 7 } } }
    ) {
        { New-Record x | Start-SlidesReplace $template 'q/{{customer}}.pptx' @With } | Should -Throw -ErrorId "$Id,*"
        'q' | Should -Not -Exist
    }

    It 'says with -InPlace that a deck must be named' {
        { Start-SlidesReplace -InPlace -Text @{ a = 1 } } | Should -Throw -ErrorId 'DeckRequired,*'
    }

    It 'shows the plan with -WhatIf and makes nothing, no journal either' {
        $lines = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command {
            Import-Module $args[0]
            Set-Location $args[2]
            [pscustomobject] @{ customer = 'Contoso'; contact = 'Ada'; premium = '' }, [pscustomobject] @{ contact = 'nobody' } | Start-SlidesReplace $args[1] 'w/{{customer}}.pptx' -WhatIf -Journal w.db
        } -args ([System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")), $template, "$TestDrive" 2>&1 | ForEach-Object { "$_" }
        $text = $lines -join "`n"
        $text | Should -Match "What if: Make '.*Contoso\.pptx':"
        $text | Should -Match '\{\{customer\}\} -> Contoso'
        $text | Should -Match '\{\{revenue:C0\}\} stays: '
        $text | Should -Match 'slide 5.*left out'
        $text | Should -Match "can't be made: \{\{customer\}\}"
        'w' | Should -Not -Exist
        'w.db' | Should -Not -Exist
    }
}

Describe 'Start-SlidesReplace and a journal' {
    BeforeAll { Push-Location $TestDrive }
    AfterAll { Pop-Location }

    It 'goes on where a run ended, and gives back decks as they were' {
        $records = 'R1', 'R2' | ForEach-Object { New-Record $_ }
        $records[1].q4 = $null
        $first = @($records | Start-SlidesReplace $template 'r/{{customer}}.pptx' @common -Journal r.db -Name decks -Ordered)
        $first.Status | Should -Be 'Succeeded', 'Succeeded'
        Remove-Item r/R1.pptx
        $again = @($records | Start-SlidesReplace $template 'r/{{customer}}.pptx' @common -Journal r.db -Name decks -Resume -Ordered -SummaryVariable summary)
        $summary.Resumed | Should -Be 2
        'r/R1.pptx' | Should -Not -Exist -Because 'it was not made again'
        $again[0].pstypenames[0] | Should -Be 'BatchOps.SlidesResult'
        $again[0].TextReplaced | Should -Be $first[0].TextReplaced
        $again[0].Phases[0].Duration | Should -BeOfType [timespan]
        $again[0].SlideResults | Should -HaveCount 5
        "$($again[0].Status)" | Should -Be 'Succeeded'
    }

    It 'is another operation when the template has changed' {
        Copy-Item $template changing.pptx
        $null = New-Record 'V' | Start-SlidesReplace changing.pptx 's/{{customer}}.pptx' @common -Journal s.db -Name decks
        $zip = [System.IO.Compression.ZipFile]::Open("$TestDrive/changing.pptx", 'Update')
        $null = $zip.CreateEntry('docProps/other.xml')
        $zip.Dispose()
        { New-Record 'V' | Start-SlidesReplace changing.pptx 's/{{customer}}.pptx' @common -Journal s.db -Name decks -Resume } | Should -Throw
    }
}

Describe 'Start-SlidesReplace, -RetryWhen' {
    It 'is asked about a failed deck, with values of the caller' {
        Push-Location $TestDrive
        try {
            $word = 'Retry'
            $item = [pscustomobject] @{ customer = 'Again' } | Start-SlidesReplace $template 'u/{{customer}}.pptx' -RetryWhen { if ("$_" -match 'tokens are left') { $using:word } else { 'Fail' } } -RetryCount 2 -RetryDelaySeconds 0 -AsResult
            $item.Status | Should -Be 'Failed'
            $item.Attempts | Should -Be 3
        }
        finally { Pop-Location }
    }
}

Describe 'The tables of decks and slides' {
    It 'fit 80 columns' {
        Push-Location $TestDrive
        try {
            $deck = New-Record 'Shown' | Start-SlidesReplace $template 'v/{{customer}}.pptx' @common
            foreach ($shown in $deck, $deck.SlideResults, $deck.Phases) {
                $lines = ($shown | Out-String -Width 80) -replace '\e\[[0-9;]*m' -split '\r?\n' | ForEach-Object TrimEnd | Where-Object Length
                $lines | Where-Object Length -gt 80 | Should -BeNullOrEmpty
                $lines.Count | Should -Be (@($shown).Count + 2)
            }
        }
        finally { Pop-Location }
    }
}
