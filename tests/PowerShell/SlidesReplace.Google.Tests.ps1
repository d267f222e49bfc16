BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1" -Force
    $ErrorActionPreference = 'Continue'
    $examples = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../examples")
    Import-Module "$examples/Emulator.psm1", "$examples/BarChart.psm1"
    Export-BarChart -Value 1, 2, 3 -Path "$TestDrive/logo.png" -Width 120 -Height 100
    $token = 'ya29.a-token-that-must-not-be-seen'

    # All that the emulator's template asks for.
    function New-Record([string] $Customer, [hashtable] $With = @{}) {
        $record = [ordered] @{ customer = $Customer; quarter = 'Q4'; contact = 'Ada'; premium = $true; total = 1234.5; north = 1000; south = 234.5; items = @(@{ name = 'a'; price = 1 }, @{ name = 'b'; price = 2 }) }
        foreach ($name in $With.Keys) { $record[$name] = $With[$name] }
        [pscustomobject] $record
    }

    # A service of its own for a test, and what each call to it has in common.
    function Start-Google([object[]] $Option = @()) {
        $service = Start-Emulator google (@('--demo', 'yes', '--token', $token) + $Option)
        $google = @{
            TemplateId = 'demo-template'; Title = '{{customer}} {{quarter}}'; Endpoint = $service.Address; AccessToken = ConvertTo-SecureString $token -AsPlainText -Force
            Image = @{ '{{logo}}' = "$TestDrive/logo.png"; chart = "$TestDrive/logo.png" }; WriteLimit = '100000/min'; ReadLimit = '100000/min'; RetryDelaySeconds = 0.05
        }
        $service, $google
    }

    function Get-Text([string] $Id) {
        $answer = Invoke-RestMethod "$($service.Address)v1/presentations/$Id" -Headers @{ Authorization = "Bearer $token" }
        ($answer | ConvertTo-Json -Depth 40 | Select-String '"content": "((?:[^"\\]|\\.)*)"' -AllMatches).Matches | ForEach-Object { $_.Groups[1].Value -replace '\\n$' }
    }
}

Describe 'Start-SlidesReplace, Google presentations' {
    BeforeAll { $service, $google = Start-Google }
    AfterAll { $service.Stop() }
    BeforeEach { $null = Get-EmulatorStats $service.Address -Reset }

    It 'makes a copy per record with one write each, and uploads a picture once' {
        $decks = @('Contoso', 'Fabrikam', 'Tailspin' | ForEach-Object { New-Record $_ } | Start-SlidesReplace @google -Ordered)
        $decks.Status | Should -Be 'Succeeded', 'Succeeded', 'Succeeded'
        $decks.Presentation | Should -Be 'Contoso Q4', 'Fabrikam Q4', 'Tailspin Q4'
        $decks[1].Url | Should -Be "https://docs.google.com/presentation/d/$($decks[1].PresentationId)/edit"
        $decks[0].Slides | Should -Be 6
        $decks[0].ImagesReplaced | Should -Be 2
        $decks[0].Phases.Phase | Should -Contain 'ImageUpload'
        Get-Text $decks[0].PresentationId | Should -Contain 'Report for Contoso'
        Get-Text $decks[1].PresentationId | Where-Object { $_ -match '\{\{' } | Should -BeNullOrEmpty

        $stats = Get-EmulatorStats $service.Address
        $stats.appliedWrites | Should -Be 3
        $stats.overlappingWrites | Should -Be 0
        @($stats.uploads.psobject.Properties).Value | Should -Be 1
        @($stats.publicFiles) | Should -HaveCount 0
        @($stats.copies.psobject.Properties).Value | Should -Be 1, 1, 1
    }

    It 'tells slides from one another with -PerSlide and -Batching Slide' {
        $slides = @(New-Record 'Contoso' | Start-SlidesReplace @google -Batching Slide -PerSlide)
        $slides.Slide | Should -Be (1..6)
        $slides.TemplateSlide | Should -Be 1, 2, 3, 4, 5, 5
        ($slides.TextReplaced | Measure-Object -Sum).Sum | Should -BeGreaterThan 10
        (Get-EmulatorStats $service.Address).appliedWrites | Should -BeGreaterThan 5
    }

    It 'fills a presentation in place' {
        $deck = New-Record 'First' | Start-SlidesReplace @google
        $place = $google.Clone()
        'TemplateId', 'Title' | ForEach-Object { $place.Remove($_) }
        $again = Start-SlidesReplace @place -PresentationId $deck.PresentationId -Notes 'Thank you.'
        $again.Status | Should -Be 'Succeeded'
        $again.NotesReplaced | Should -Be 6
        Get-Text $deck.PresentationId | Should -Contain 'Thank you.'
    }

    It 'deletes the copy of a deck with tokens left, and makes the others' {
        $decks = @((New-Record 'Whole'), ([pscustomobject] @{ customer = 'Torn'; quarter = 'Q4' }) | Start-SlidesReplace @google -Ordered -ErrorAction SilentlyContinue)
        $decks.Status | Should -Be 'Succeeded', 'Failed'
        $decks[1].PresentationId | Should -BeNullOrEmpty
        $decks[1].Unresolved.Token | Should -Contain '{{contact}}'
        @((Get-EmulatorStats $service.Address).publicFiles) | Should -HaveCount 0
    }

    It 'fails a record for <What>, says why, and no secret' -ForEach @(
        @{ What = 'an unknown template'; With = @{ TemplateId = 'nobody-knows' }; Message = "404 about the file 'nobody-knows'" }
        @{ What = 'an image that is not there'; With = @{ Image = @{ logo = 'nowhere.png' } }; Message = "There is no image '.*nowhere\.png'" }
        @{ What = 'a refused token'; With = @{ AccessToken = ConvertTo-SecureString 'ya29.another-token-that-must-not-be-seen' -AsPlainText -Force }; Message = 'token' }
        @{ What = 'a name without a value'; With = @{ Title = '{{nothing}}' }; Message = '\{\{nothing\}\}' }
    ) {
        $call = $google.Clone()
        foreach ($name in $With.Keys) { $call[$name] = $With[$name] }
        $deck = New-Record 'x' | Start-SlidesReplace @call -ErrorVariable failed -ErrorAction SilentlyContinue
        $deck.Status | Should -Be 'Failed'
        "$($failed[0])" | Should -Match $Message
        "$($failed | Format-List * -Force | Out-String)$($deck | Format-List * -Force | Out-String)" | Should -Not -Match 'must-not-be-seen'
    }

    It 'refuses <What> before anything starts' -ForEach @(
        @{ What = 'an endpoint in clear text'; With = @{ Endpoint = 'http://example.com/' }; Message = 'no https address' }
        @{ What = 'a key file that is not there'; With = @{ CredentialPath = 'nowhere.json'; AccessToken = $null }; Message = "no service account file '.*nowhere\.json'" }
        @{ What = 'a quota of 0'; With = @{ WriteLimit = '0/min' }; Message = "'0/min' is not a rate limit" }
        @{ What = 'two credentials'; With = @{ CredentialPath = 'key.json' }; Message = 'both given' }
    ) {
        $call = $google.Clone()
        foreach ($name in $With.Keys) { if ($null -eq $With[$name]) { $call.Remove($name) } else { $call[$name] = $With[$name] } }
        { New-Record 'x' | Start-SlidesReplace @call } | Should -Throw -ExpectedMessage "*" -PassThru | ForEach-Object { "$_" } | Should -Match $Message
        (Get-EmulatorStats $service.Address).requests | Should -Be 0
    }

    It 'shares the limits on calls with other runs through a throttle' {
        $throttle = New-BatchThrottle -CallLimit @{ 'slides.writes' = '100000/min' }
        $decks = 1..3 | ForEach-Object { New-Record "T$_" } | Start-SlidesReplace @google -Throttle $throttle
        $decks.Status | Should -Be 'Succeeded', 'Succeeded', 'Succeeded'
    }

    It 'shows the plan of the template with -WhatIf and makes nothing' {
        $lines = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command {
            Import-Module $args[0]
            [pscustomobject] @{ customer = 'Contoso' } | Start-SlidesReplace -TemplateId demo-template -Title '{{customer}}' -Endpoint $args[1] -AccessToken (ConvertTo-SecureString $args[2] -AsPlainText -Force) -WhatIf
        } -args ([System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")), "$($service.Address)", $token 2>&1 | ForEach-Object { "$_" }
        $lines -join "`n" | Should -Match "What if: Make 'Contoso':[\s\S]*\{\{customer\}\} -> Contoso[\s\S]*\{\{contact\}\} stays"
        $stats = Get-EmulatorStats $service.Address
        $stats.methods.psobject.Properties.Name | Should -Be 'slides.presentations.get'
    }

    It 'writes the token neither to a journal nor to a report' {
        $null = New-Record 'Secret' | Start-SlidesReplace @google -Journal "$TestDrive/secret.db" -Name decks -JournalContent All
        Export-BatchReport "$TestDrive/secret.db" -Path "$TestDrive/secret.html"
        foreach ($file in Get-ChildItem $TestDrive -File -Filter 'secret*') { [System.Text.Encoding]::Latin1.GetString([System.IO.File]::ReadAllBytes($file.FullName)) | Should -Not -Match 'must-not-be-seen' }
    }
}

Describe 'Start-SlidesReplace, Google in trouble' {
    It 'makes every deck once although one call in ten fails' {
        $service, $google = Start-Google '--drop-after-rate', 0.04, '--fail-503-rate', 0.03, '--drop-before-rate', 0.03, '--write-latency', 5
        try {
            $decks = @(1..20 | ForEach-Object { New-Record "D$_" } | Start-SlidesReplace @google -ThrottleLimit 10 -RetryCount 5 -BreakAfter 1000)
            $decks.Status | Select-Object -Unique | Should -Be 'Succeeded'
            ($decks.Retries | Measure-Object -Sum).Sum | Should -BeGreaterThan 0
            $stats = Get-EmulatorStats $service.Address
            $stats.appliedWrites | Should -Be 20
            $stats.duplicateWrites | Should -Be 0
            $stats.overlappingWrites | Should -Be 0
            @($stats.copies.psobject.Properties).Value | Select-Object -Unique | Should -Be 1
            @($stats.uploads.psobject.Properties).Value | Should -Be 1
            @($stats.publicFiles) | Should -HaveCount 0
        }
        finally { $service.Stop() }
    }

    It 'waits for its turn below the limits that it is told' {
        $service, $google = Start-Google '--writes-per-user', 600, '--quota-window', 1
        try {
            $google.WriteLimit = '10/s'
            $decks = @(1..20 | ForEach-Object { New-Record "Q$_" } | Start-SlidesReplace @google -ThrottleLimit 20)
            $decks.Status | Select-Object -Unique | Should -Be 'Succeeded'
            (Get-EmulatorStats $service.Address).methods.'slides.presentations.batchUpdate'.throttled | Should -Be 0
        }
        finally { $service.Stop() }
    }

    It 'leaves no copy and no public picture when it is stopped' {
        $service, $google = Start-Google '--write-latency', 1000
        try {
            $caller = Start-Caller {
                param($google, $records)
                $records | Start-SlidesReplace @google -ThrottleLimit 4
            } -ArgumentList $google, @(1..8 | ForEach-Object { New-Record "S$_" })
            Wait-Condition { @((Get-EmulatorStats $service.Address).publicFiles).Count -gt 0 } -What 'an upload'
            $null = Stop-Caller $caller
            Remove-Caller $caller
            $stats = Get-EmulatorStats $service.Address
            @($stats.publicFiles) | Should -HaveCount 0
            @($stats.copies.psobject.Properties).Count | Should -BeGreaterThan 0
            $left = (Invoke-RestMethod "$($service.Address)drive/v3/files?pageSize=1000" -Headers @{ Authorization = "Bearer $token" }).files | Where-Object id -ne 'demo-template'
            foreach ($file in $left) { Get-Text $file.id | Where-Object { $_ -match '\{\{' } | Should -BeNullOrEmpty -Because 'what is left is a whole deck' }
        }
        finally { $service.Stop() }
    }

    It 'deletes what a killed run left public, and takes over the copies of a resumed one' {
        $service, $google = Start-Google '--write-latency', 300
        try {
            $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
            foreach ($argument in '-NoProfile', '-NonInteractive', '-Command', "
                Import-Module '$([System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1"))'
                1..6 | ForEach-Object { [pscustomobject]@{ customer = `"K`$_`"; quarter = 'Q4'; contact = 'A'; premium = 1; total = 1; north = 1; south = 1; items = @() } } |
                    Start-SlidesReplace -TemplateId demo-template -Title '{{customer}}' -Endpoint $($service.Address) -AccessToken (ConvertTo-SecureString '$token' -AsPlainText -Force) -Image @{ logo = '$TestDrive/logo.png'; chart = '$TestDrive/logo.png' } -ThrottleLimit 2 -RateBurst 10 -Journal '$TestDrive/killed.db' -Name killed | Out-Null") { $start.ArgumentList.Add($argument) }
            $process = [System.Diagnostics.Process]::Start($start)
            try {
                Wait-Condition { (Get-EmulatorStats $service.Address).appliedWrites -ge 2 } -What 'two decks'
            }
            finally { $process.Kill($true) }
            $process.WaitForExit()
            @((Get-EmulatorStats $service.Address).publicFiles) | Should -HaveCount 1

            $decks = @(1..6 | ForEach-Object { [pscustomobject]@{ customer = "K$_"; quarter = 'Q4'; contact = 'A'; premium = 1; total = 1; north = 1; south = 1; items = @() } } |
                Start-SlidesReplace -TemplateId demo-template -Title '{{customer}}' -Endpoint $service.Address -AccessToken $google.AccessToken -Image $google.Image -ThrottleLimit 2 -RateBurst 10 -Journal "$TestDrive/killed.db" -Name killed -Resume)
            $decks | Should -HaveCount 6
            "$($decks.Status | Select-Object -Unique)" | Should -Be 'Succeeded'
            $stats = Get-EmulatorStats $service.Address
            @($stats.publicFiles) | Should -HaveCount 0
            @($stats.copies.psobject.Properties).Value | Select-Object -Unique | Should -Be 1 -Because 'the copies of the killed run were taken over'
            @($stats.copies.psobject.Properties) | Should -HaveCount 6
        }
        finally { $service.Stop() }
    }
}
